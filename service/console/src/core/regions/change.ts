/** A region moved, resized, turned: each gives a new one. */
import type { Size } from "../geometry";
import { boundsOfRegion } from "./outline";
import {
  centreOf,
  LEAST_PX,
  type Rectangle,
  type Region,
  type Spot,
  signed,
  turned,
  turnedBy,
} from "./region";

export function moved(region: Region, dx: number, dy: number): Region {
  switch (region.kind) {
    case "line":
      return {
        ...region,
        x1: region.x1 + dx,
        y1: region.y1 + dy,
        x2: region.x2 + dx,
        y2: region.y2 + dy,
      };
    case "polygon":
    case "path":
      return { ...region, points: region.points.map(([x, y]): Spot => [x + dx, y + dy]) };
    default:
      return { ...region, x: region.x + dx, y: region.y + dy };
  }
}

/** Moved back into the image, by whole px, as far as it leaves it; what is larger than the image stays. */
export function broughtInside(region: Region, image: Size): Region {
  const { left, top, right, bottom } = boundsOfRegion(region);
  const dx = inward(left, right, image.width);
  const dy = inward(top, bottom, image.height);
  return dx || dy ? moved(region, dx, dy) : region;
}

function inward(low: number, high: number, length: number): number {
  const slack = 1e-6;
  if (high - low > length + slack) return 0;
  if (low < -0.5 - slack) return Math.ceil(-0.5 - low - slack);
  if (high > length - 0.5 + slack) return Math.floor(length - 0.5 - high + slack);
  return 0;
}

/**
 * Larger by so many px to the right and downwards, its upper left corner kept. Of what has no two sides: a circle's
 * radius; a ring's outer radius and its inner one; a line's far end; a path's width; a polygon's box.
 */
export function grown(region: Region, dx: number, dy: number): Region {
  const least = (value: number) => Math.max(LEAST_PX, value);
  switch (region.kind) {
    case "rectangle":
      return resized(region, least(region.width + dx), least(region.height + dy), [-1, -1]);
    case "circle":
      return { ...region, radius: least(region.radius + dx + dy) };
    case "ring_sector": {
      const outer = least(region.outer + dx);
      return {
        ...region,
        outer,
        inner: Math.min(Math.max(0, region.inner + dy), outer - LEAST_PX),
      };
    }
    case "line": {
      const end = { ...region, x2: region.x2 + dx, y2: region.y2 + dy };
      return end.x1 === end.x2 && end.y1 === end.y2 ? region : end;
    }
    case "path":
      return { ...region, width: least(region.width + dx + dy) };
    case "polygon": {
      const { left, top, right, bottom } = boundsOfRegion(region);
      const [wide, high] = [right - left, bottom - top];
      const across = wide > 0 ? Math.max(LEAST_PX, wide + dx) / wide : 1;
      const down = high > 0 ? Math.max(LEAST_PX, high + dy) / high : 1;
      return {
        ...region,
        points: region.points.map(
          ([x, y]): Spot => [left + (x - left) * across, top + (y - top) * down],
        ),
      };
    }
  }
}

/** A rectangle of another size; `kept`: which side keeps its place, -1 left or top, 0 the middle, 1 right or bottom. */
export function resized(
  region: Rectangle,
  width: number,
  height: number,
  kept: readonly [number, number],
): Rectangle {
  const by = turnedBy(
    (kept[0] * (region.width - width)) / 2,
    (kept[1] * (region.height - height)) / 2,
    region.angle_deg,
  );
  const centre = centreOf(region);
  return {
    ...region,
    width,
    height,
    x: centre.x + by.x - (width - 1) / 2,
    y: centre.y + by.y - (height - 1) / 2,
  };
}

/** Turned counter-clockwise about its centre; a circle looks the same from all sides. */
export function rotated(region: Region, deg: number): Region {
  switch (region.kind) {
    case "rectangle":
      return { ...region, angle_deg: signed(region.angle_deg + deg) };
    case "circle":
      return region;
    case "ring_sector":
      return { ...region, start_deg: turned(region.start_deg + deg) };
    case "line": {
      const [[x1, y1], [x2, y2]] = about(deg, [
        [region.x1, region.y1],
        [region.x2, region.y2],
      ]) as [Spot, Spot];
      return { ...region, x1, y1, x2, y2 };
    }
    default:
      return { ...region, points: about(deg, region.points) };
  }
}

function about(deg: number, points: readonly Spot[]): Spot[] {
  // Their mean, not the middle of their box: that would wander with each turn.
  const mean = (k: 0 | 1) => points.reduce((sum, spot) => sum + spot[k], 0) / points.length;
  const centre = { x: mean(0), y: mean(1) };
  return points.map(([x, y]) => {
    const by = turnedBy(x - centre.x, y - centre.y, deg);
    return [centre.x + by.x, centre.y + by.y];
  });
}

/** With numbers as people write them: places and lengths to a tenth of a px, or whole ones; angles to a tenth. */
export function tidy<R extends Region>(region: R, step: 1 | 0.1 = 0.1): R {
  const fine = (value: number) => Math.round(value * 10) / 10;
  const px = (value: number) => (step === 1 ? Math.round(value) : fine(value));
  const done = Object.entries(region).map(([name, value]) => {
    if (typeof value === "number") return [name, name.endsWith("_deg") ? fine(value) : px(value)];
    if (name === "points") return [name, (value as Spot[]).map(([x, y]) => [px(x), px(y)])];
    return [name, value];
  });
  return Object.fromEntries(done) as R;
}
