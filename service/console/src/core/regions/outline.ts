/** Where a region's edge runs. */
import type { Box } from "../geometry";
import { boundsOf } from "../geometry";
import { courseOf, leftward } from "./course";
import { centreOf, type Line, type Point, polar, type Region, type Spot, turnedBy } from "./region";

const DEG_A_POINT = 3;

/** The corners of what is covered, or points along its edge, in px of the region's own frame. */
export function outlineOf(region: Region): Spot[] {
  switch (region.kind) {
    case "rectangle":
      return cornersOf(region.width / 2, region.height / 2).map(([u, v]) =>
        spotOf(centreOf(region), turnedBy(u, v, region.angle_deg)),
      );
    case "circle":
      return arc(region, region.radius, 0, 360).slice(0, -1);
    case "ring_sector":
      return [
        ...arc(region, region.outer, region.start_deg, region.sweep_deg),
        ...arc(region, region.inner, region.start_deg, region.sweep_deg).reverse(),
      ];
    case "polygon":
      return [...region.points];
    case "line":
      return strip(region);
    case "path": {
      const course = courseOf(region);
      const sideways = leftward(course, region.closed);
      const side = (sign: number) =>
        course.map(([x, y], i): Spot => {
          const [dx, dy] = sideways[i] ?? [0, 0];
          return [x + (sign * dx * region.width) / 2, y + (sign * dy * region.width) / 2];
        });
      return [...side(1), ...side(-1).reverse()];
    }
  }
}

/** For SVG: whole rings and closed paths are two closed lines, of which the inside is left out (even-odd). */
export function pathOfRegion(region: Region): string {
  const outline = outlineOf(region);
  const hollow =
    (region.kind === "ring_sector" && region.sweep_deg >= 360) ||
    (region.kind === "path" && region.closed);
  if (!hollow) return closed(outline);
  const half = outline.length / 2;
  return closed(outline.slice(0, half)) + closed(outline.slice(half));
}

export function boundsOfRegion(region: Region): Box {
  return boundsOf(outlineOf(region));
}

function closed(points: readonly Spot[]): string {
  return `M${points.map(([x, y]) => `${round(x)} ${round(y)}`).join("L")}Z`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

function cornersOf(half: number, high: number): Spot[] {
  return [
    [-half, -high],
    [half, -high],
    [half, high],
    [-half, high],
  ];
}

function spotOf(from: Point, by: Point): Spot {
  return [from.x + by.x, from.y + by.y];
}

function arc(centre: Point, radius: number, start: number, sweep: number): Spot[] {
  const count = Math.max(1, Math.ceil(sweep / DEG_A_POINT));
  return Array.from({ length: count + 1 }, (_, i) => {
    const { x, y } = polar(centre, radius, start + (sweep * i) / count);
    return [x, y];
  });
}

function strip({ x1, y1, x2, y2, width }: Line): Spot[] {
  const length = Math.hypot(x2 - x1, y2 - y1) || 1;
  const [dx, dy] = [((y2 - y1) / length) * (width / 2), (-(x2 - x1) / length) * (width / 2)];
  return [
    [x1 + dx, y1 + dy],
    [x2 + dx, y2 + dy],
    [x2 - dx, y2 - dy],
    [x1 - dx, y1 - dy],
  ];
}
