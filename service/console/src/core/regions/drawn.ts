/** New regions: from what a pointer drew, from corners, or put into the middle of what is seen. */
import type { Box, Size } from "../geometry";
import { broughtInside, moved, tidy } from "./change";
import { distance, type Point, type Region, type RegionKind, type Spot } from "./region";

const STRIP_PX = 20;
const BESIDE_PX = 12;
const INNER = 0.6; // of a ring's outer radius

/** Kinds that one pull draws; the others are drawn corner by corner. */
export function byPull(kind: RegionKind): boolean {
  return kind !== "polygon" && kind !== "path";
}

/** What a pull from one point to another draws; null: too short to be meant. Lengths in px of the image. */
export function drawn(kind: RegionKind, from: Point, to: Point): Region | null {
  const far = distance(from, to);
  if (far < 2) return null;
  switch (kind) {
    case "rectangle": {
      const [left, right] = [from.x, to.x].map(Math.round).sort((a, b) => a - b) as [
        number,
        number,
      ];
      const [top, bottom] = [from.y, to.y].map(Math.round).sort((a, b) => a - b) as [
        number,
        number,
      ];
      const [width, height] = [Math.max(1, right - left), Math.max(1, bottom - top)];
      return { kind, x: left, y: top, width, height, angle_deg: 0 };
    }
    case "circle":
      return tidy({ kind, x: from.x, y: from.y, radius: far }, 1);
    case "ring_sector":
      return tidy(
        {
          kind,
          x: from.x,
          y: from.y,
          inner: far * INNER,
          outer: far,
          start_deg: 0,
          sweep_deg: 360,
        },
        1,
      );
    case "line":
      return tidy({ kind, x1: from.x, y1: from.y, x2: to.x, y2: to.y, width: STRIP_PX }, 1);
    default:
      return null;
  }
}

/** Of corners that were set one by one; null: too few. */
export function cornered(kind: RegionKind, corners: readonly Spot[]): Region | null {
  const points = corners.filter(([x, y], i) => {
    const [px, py] = corners[i - 1] ?? [Number.NaN, Number.NaN];
    return x !== px || y !== py;
  });
  if (kind === "polygon" && points.length >= 3) return { kind, points };
  if (kind === "path" && points.length >= 2) {
    return { kind, points, width: STRIP_PX, closed: false, smooth: false };
  }
  return null;
}

/** One of a middling size in the middle of what is seen, for who has no pointer. */
export function placedIn(kind: RegionKind, seen: Box): Region {
  const [wide, high] = [seen.right - seen.left, seen.bottom - seen.top];
  const centre = { x: (seen.left + seen.right) / 2, y: (seen.top + seen.bottom) / 2 };
  const half = Math.max(4, Math.min(wide, high) / 8);
  const at = (u: number, v: number): Spot => [
    Math.round(centre.x + u * half),
    Math.round(centre.y + v * half),
  ];
  const made =
    kind === "polygon"
      ? cornered(kind, [at(-1, 1), at(0, -1), at(1, 1)])
      : kind === "path"
        ? cornered(kind, [at(-1, 0), at(0, -1), at(1, 0)])
        : kind === "circle" || kind === "ring_sector"
          ? drawn(kind, centre, { x: centre.x + half, y: centre.y })
          : kind === "line"
            ? drawn(kind, { x: centre.x - half, y: centre.y }, { x: centre.x + half, y: centre.y })
            : drawn(
                kind,
                { x: centre.x - half, y: centre.y - half },
                { x: centre.x + half, y: centre.y + half },
              );
  return made ?? { kind: "circle", ...centre, radius: half };
}

/** A copy beside the first, inside the image. */
export function beside(region: Region, image: Size): Region {
  const copy = broughtInside(moved(region, BESIDE_PX, BESIDE_PX), image);
  const same = JSON.stringify(copy) === JSON.stringify(region);
  return same ? moved(region, -BESIDE_PX, -BESIDE_PX) : copy;
}
