/**
 * Regions as a recipe writes them, in px of the taught frame: pixel centres on integers, y down, angles in degrees
 * counter-clockwise as seen on the screen. What each kind covers is said in `vision/roi.py`.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** x, y as a recipe writes them. */
export type Spot = readonly [number, number];

export interface Rectangle {
  readonly kind: "rectangle";
  readonly x: number; // left and top edge of what is covered before it is turned about its centre
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly angle_deg: number;
}

export interface Circle {
  readonly kind: "circle";
  readonly x: number; // centre
  readonly y: number;
  readonly radius: number;
}

export interface RingSector {
  readonly kind: "ring_sector";
  readonly x: number; // centre
  readonly y: number;
  readonly inner: number;
  readonly outer: number;
  readonly start_deg: number;
  readonly sweep_deg: number; // 360: the whole ring
}

export interface Polygon {
  readonly kind: "polygon";
  readonly points: readonly Spot[]; // at least 3
}

export interface Line {
  readonly kind: "line";
  readonly x1: number;
  readonly y1: number;
  readonly x2: number;
  readonly y2: number;
  readonly width: number;
}

export interface Path {
  readonly kind: "path";
  readonly points: readonly Spot[]; // at least 2, closed ones at least 3
  readonly width: number;
  readonly closed: boolean;
  readonly smooth: boolean;
}

export type Region = Rectangle | Circle | RingSector | Polygon | Line | Path;
export type RegionKind = Region["kind"];

export const KINDS: readonly RegionKind[] = [
  "rectangle",
  "circle",
  "ring_sector",
  "polygon",
  "line",
  "path",
];

/** Smallest extent of anything that is drawn, px. */
export const LEAST_PX = 1;

export function centreOf(region: Region): Point {
  if (region.kind === "rectangle") {
    return { x: region.x + (region.width - 1) / 2, y: region.y + (region.height - 1) / 2 };
  }
  if (region.kind === "line") {
    return { x: (region.x1 + region.x2) / 2, y: (region.y1 + region.y2) / 2 };
  }
  if (region.kind === "circle" || region.kind === "ring_sector")
    return { x: region.x, y: region.y };
  const xs = region.points.map(([x]) => x);
  const ys = region.points.map(([, y]) => y);
  return { x: (Math.min(...xs) + Math.max(...xs)) / 2, y: (Math.min(...ys) + Math.max(...ys)) / 2 };
}

/** From a centre, so far and at such an angle. */
export function polar(centre: Point, radius: number, deg: number): Point {
  const t = (deg * Math.PI) / 180;
  return { x: centre.x + radius * Math.cos(t), y: centre.y - radius * Math.sin(t) };
}

/** The angle from one point to another, degrees counter-clockwise from the right, 0 to below 360. */
export function angleTo(from: Point, to: Point): number {
  return turned((Math.atan2(from.y - to.y, to.x - from.x) * 180) / Math.PI);
}

/** The same angle from 0 to below 360. */
export function turned(deg: number): number {
  return ((deg % 360) + 360) % 360;
}

/** The same angle above -180 and up to 180, as people say it. */
export function signed(deg: number): number {
  const positive = turned(deg);
  return positive > 180 ? positive - 360 : positive;
}

export function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

/** A vector of a turned frame, `u` along its x axis and `v` down, in px of the image. */
export function turnedBy(u: number, v: number, deg: number): Point {
  const t = (deg * Math.PI) / 180;
  return { x: u * Math.cos(t) + v * Math.sin(t), y: v * Math.cos(t) - u * Math.sin(t) };
}
