/** Where a taught place lies on this frame: x' = a x + b y + c, y' = d x + e y + f. */
import type { Point } from "./region";

export type Pose = readonly [readonly [number, number, number], readonly [number, number, number]];

export const HOME: Pose = [
  [1, 0, 0],
  [0, 1, 0],
];

export function carried([[a, b, c], [d, e, f]]: Pose, { x, y }: Point): Point {
  return { x: a * x + b * y + c, y: d * x + e * y + f };
}

/** From this frame back to the taught one; HOME where it cannot be gone back. */
export function inverse([[a, b, c], [d, e, f]]: Pose): Pose {
  const area = a * e - b * d;
  if (Math.abs(area) < 1e-12) return HOME;
  return [
    [e / area, -b / area, (b * f - c * e) / area],
    [-d / area, a / area, (c * d - a * f) / area],
  ];
}

/** As SVG writes it. */
export function matrixOf([[a, b, c], [d, e, f]]: Pose): string {
  return `matrix(${[a, d, b, e, c, f].join(" ")})`;
}

export function isHome(pose: Pose): boolean {
  return pose.flat().every((value, i) => Math.abs(value - (HOME.flat()[i] ?? 0)) < 1e-9);
}
