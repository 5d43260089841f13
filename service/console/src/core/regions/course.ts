/** The line in the middle of a path, as `vision/course.py` makes it. */
import type { Path, Spot } from "./region";

const STEP_PX = 4; // between the points of a curve that is drawn
const MOST_POINTS = 100; // between two given ones
const SHARPEST = 0.5; // a corner sharper than 120 degrees is cut off

/** Its points; a closed one ends where it begins. */
export function courseOf({ points, closed, smooth }: Path): Spot[] {
  const [first] = points;
  if (!first) return [];
  if (smooth && points.length > (closed ? 2 : 1)) return spline(points, closed);
  return closed ? [...points, first] : [...points];
}

/** Centripetal Catmull-Rom: no loops, no cusps. */
function spline(points: readonly Spot[], closed: boolean): Spot[] {
  const at = (i: number): Spot => points.at(i) as Spot;
  const beyond = (end: Spot, next: Spot): Spot => [2 * end[0] - next[0], 2 * end[1] - next[1]];
  const run: Spot[] = closed
    ? [at(-1), ...points, at(0), at(1)]
    : [beyond(at(0), at(1)), ...points, beyond(at(-1), at(-2))];
  const line = run.slice(0, -3).flatMap((_, i) => piece(run.slice(i, i + 4)));
  return [...line, run.at(-2) as Spot];
}

/** From the second of four points on to just before the third. */
function piece(four: readonly Spot[]): Spot[] {
  const [before, start, end, after] = four as [Spot, Spot, Spot, Spot];
  const gap = (a: Spot, b: Spot) => Math.max(Math.sqrt(Math.hypot(b[0] - a[0], b[1] - a[1])), 1e-9);
  const [a, b, c] = [gap(before, start), gap(start, end), gap(end, after)];
  const slope = (k: 0 | 1) => {
    const [o, p, q, r] = [before[k], start[k], end[k], after[k]];
    return {
      leave: q - p + b * ((p - o) / a - (q - o) / (a + b)),
      arrive: q - p + b * ((r - q) / c - (r - p) / (b + c)),
    };
  };
  const [x, y] = [slope(0), slope(1)];
  const count = Math.min(Math.max(1, Math.ceil((b * b) / STEP_PX)), MOST_POINTS);
  return Array.from({ length: count }, (_, i) => {
    const t = i / count;
    const mix = (p: number, q: number, { leave, arrive }: { leave: number; arrive: number }) =>
      (2 * t ** 3 - 3 * t ** 2 + 1) * p +
      (t ** 3 - 2 * t ** 2 + t) * leave +
      (3 * t ** 2 - 2 * t ** 3) * q +
      (t ** 3 - t ** 2) * arrive;
    return [mix(start[0], end[0], x), mix(start[1], end[1], y)];
  });
}

/** From each point of `line` to one that is 1 px to the left of both pieces that meet there. */
export function leftward(line: readonly Spot[], closed: boolean): Spot[] {
  const pieces = line.slice(1).map(([x, y], i): Spot => {
    const [px, py] = line[i] as Spot;
    return unit([x - px, y - py]);
  });
  return line.map((_, i) => {
    const come = pieces[i - 1] ?? (closed ? pieces.at(-1) : pieces[0]) ?? [1, 0];
    const go = pieces[i] ?? (closed ? pieces[0] : pieces.at(-1)) ?? [1, 0];
    const along = unit([come[0] + go[0], come[1] + go[1]]);
    const bend = Math.max(along[0] * go[0] + along[1] * go[1], SHARPEST);
    return [along[1] / bend, -along[0] / bend];
  });
}

function unit([x, y]: Spot): Spot {
  const length = Math.max(Math.hypot(x, y), 1e-9);
  return [x / length, y / length];
}
