/** A line drawn by hand, as a path of as few points as keep it. */
import { distance, type Point, type Region, type Spot } from "./region";

const OFF_PX = 0.75; // so far the path may lie beside what was drawn
const MOST_POINTS = 1000; // of a path in a recipe

/** A dot where the hand did not move; null: nothing was drawn. Lengths in px of the image. */
export function stroke(drawn: readonly Point[], width: number): Region | null {
  const [first] = drawn;
  if (!first) return null;
  const points = fewer(apart(drawn), OFF_PX);
  if (points.length < 2) return { kind: "circle", x: first.x, y: first.y, radius: width / 2 };
  const spots = points.map(({ x, y }): Spot => [x, y]);
  return { kind: "path", points: spots, width, closed: false, smooth: false };
}

/** Two in one place are one. */
function apart(points: readonly Point[]): Point[] {
  return points.filter(
    ({ x, y }, i) => i === 0 || x !== points[i - 1]?.x || y !== points[i - 1]?.y,
  );
}

function fewer(points: readonly Point[], off: number): Point[] {
  const kept = simplified(points, off);
  return kept.length > MOST_POINTS ? fewer(points, off * 2) : kept;
}

/** Ramer (1972), Douglas and Peucker (1973): only points that lie further than `off` beside the line of the others. */
function simplified(points: readonly Point[], off: number): Point[] {
  const kept = new Set<number>([0, points.length - 1]);
  const pieces: (readonly [number, number])[] = [[0, points.length - 1]];
  for (let piece = pieces.pop(); piece; piece = pieces.pop()) {
    const [from, to] = piece;
    const at = furthest(points, from, to, off);
    if (at === null) continue;
    kept.add(at);
    pieces.push([from, at], [at, to]);
  }
  return apart(points.filter((_, i) => kept.has(i)));
}

/** Of the points between two others the one furthest beside their line; null: none is further than `off`. */
function furthest(points: readonly Point[], from: number, to: number, off: number): number | null {
  const [a, b] = [points[from], points[to]];
  if (!a || !b) return null;
  let [most, at] = [off, null as number | null];
  for (let i = from + 1; i < to; i++) {
    const away = fromLine(points[i] ?? a, a, b);
    if (away > most) [most, at] = [away, i];
  }
  return at;
}

function fromLine(point: Point, a: Point, b: Point): number {
  const long = distance(a, b);
  if (long === 0) return distance(point, a);
  const along = ((point.x - a.x) * (b.x - a.x) + (point.y - a.y) * (b.y - a.y)) / long ** 2;
  const t = Math.min(1, Math.max(0, along));
  return distance(point, { x: a.x + t * (b.x - a.x), y: a.y + t * (b.y - a.y) });
}
