/** The knobs of a region, and what pulling one of them does. */
import { resized } from "./change";
import { courseOf, leftward } from "./course";
import {
  angleTo,
  centreOf,
  distance,
  LEAST_PX,
  type Path,
  type Point,
  polar,
  type Rectangle,
  type Region,
  type RingSector,
  type Spot,
  signed,
  turned,
  turnedBy,
} from "./region";

export interface Handle extends Point {
  readonly id: string;
  /** `turn` hangs on a stem from `from`; `add` puts a new corner into an edge. */
  readonly look: "size" | "turn" | "add";
  readonly from?: Point;
}

const SIDES: readonly (readonly [string, number, number])[] = [
  ["nw", -1, -1],
  ["n", 0, -1],
  ["ne", 1, -1],
  ["e", 1, 0],
  ["se", 1, 1],
  ["s", 0, 1],
  ["sw", -1, 1],
  ["w", -1, 0],
];

/** `stem`: how far the turning knob stands off, in px of the image. */
export function handlesOf(region: Region, stem: number): Handle[] {
  switch (region.kind) {
    case "rectangle":
      return rectangleHandles(region, stem);
    case "circle":
      return [0, 90, 180, 270].map((deg) => size(`r${deg}`, polar(region, region.radius, deg)));
    case "ring_sector":
      return ringHandles(region);
    case "line": {
      const side = turnedBy(0, -region.width / 2, angleTo(first(region), second(region)));
      return [
        size("p1", first(region)),
        size("p2", second(region)),
        size("width", plus(centreOf(region), side)),
      ];
    }
    case "polygon":
      return cornerHandles(region.points, true);
    case "path":
      return [...cornerHandles(region.points, region.closed), size("width", sideOf(region))];
  }
}

/** The region with one of its knobs pulled to a point; the opposite side keeps its place. */
export function pulled(region: Region, id: string, to: Point): Region {
  switch (region.kind) {
    case "rectangle":
      return pulledRectangle(region, id, to);
    case "circle":
      return { ...region, radius: Math.max(LEAST_PX, distance(region, to)) };
    case "ring_sector":
      return pulledRing(region, id, to);
    case "line": {
      if (id === "width") {
        const along = turnedBy(1, 0, angleTo(first(region), second(region)));
        const from = first(region);
        const off = Math.abs((to.x - from.x) * along.y - (to.y - from.y) * along.x);
        return { ...region, width: Math.max(LEAST_PX, 2 * off) };
      }
      const end = id === "p1" ? { x1: to.x, y1: to.y } : { x2: to.x, y2: to.y };
      const changed = { ...region, ...end };
      return distance(first(changed), second(changed)) < LEAST_PX ? region : changed;
    }
    case "polygon":
      return { ...region, points: pulledPoints(region.points, id, to) };
    case "path":
      if (id !== "width") return { ...region, points: pulledPoints(region.points, id, to) };
      return { ...region, width: Math.max(LEAST_PX, 2 * nearest(courseOf(region), to)) };
  }
}

/** Of a knob that puts a new corner in: the corner's own knob, by which the pull goes on. */
export function pulledOn(id: string): string {
  return id.startsWith("add") ? `c${Number(id.slice(3)) + 1}` : id;
}

/** Without one corner; the same where too few would be left. */
export function withoutCorner(region: Region, id: string): Region {
  if (!("points" in region) || !/^c\d+$/.test(id)) return region;
  const least = region.kind === "polygon" || region.closed ? 3 : 2;
  if (region.points.length <= least) return region;
  return { ...region, points: region.points.toSpliced(Number(id.slice(1)), 1) };
}

function size(id: string, { x, y }: Point): Handle {
  return { id, x, y, look: "size" };
}

function plus(a: Point, b: Point): Point {
  return { x: a.x + b.x, y: a.y + b.y };
}

function first({ x1, y1 }: { x1: number; y1: number }): Point {
  return { x: x1, y: y1 };
}

function second({ x2, y2 }: { x2: number; y2: number }): Point {
  return { x: x2, y: y2 };
}

function rectangleHandles(region: Rectangle, stem: number): Handle[] {
  const at = (u: number, v: number) => plus(centreOf(region), turnedBy(u, v, region.angle_deg));
  const [w, h] = [region.width / 2, region.height / 2];
  const sides = SIDES.map(([id, u, v]) => size(id, at(u * w, v * h)));
  return [...sides, { id: "turn", ...at(0, -h - stem), look: "turn", from: at(0, -h) }];
}

function pulledRectangle(region: Rectangle, id: string, to: Point): Rectangle {
  const centre = centreOf(region);
  if (id === "turn") return { ...region, angle_deg: signed(angleTo(centre, to) - 90) };
  const [, u, v] = SIDES.find(([name]) => name === id) ?? ["", 0, 0];
  const local = turnedBy(to.x - centre.x, to.y - centre.y, -region.angle_deg);
  const width = u ? Math.max(LEAST_PX, region.width / 2 + u * local.x) : region.width;
  const height = v ? Math.max(LEAST_PX, region.height / 2 + v * local.y) : region.height;
  return resized(region, width, height, [-u, -v]);
}

function ringHandles(region: RingSector): Handle[] {
  const middle = region.start_deg + region.sweep_deg / 2;
  const between = (share: number) => region.inner + share * (region.outer - region.inner);
  const handles = [
    size("outer", polar(region, region.outer, middle)),
    size("inner", polar(region, region.inner, middle)),
    size("end", polar(region, between(0.5), region.start_deg + region.sweep_deg)),
  ];
  // Where the whole ring closes, its beginning would lie on its end.
  if (region.sweep_deg >= 360) return handles;
  return [...handles, size("start", polar(region, between(0.5), region.start_deg))];
}

function pulledRing(region: RingSector, id: string, to: Point): RingSector {
  const radius = distance(region, to);
  const angle = angleTo(region, to);
  if (id === "outer") return { ...region, outer: Math.max(radius, region.inner + LEAST_PX) };
  if (id === "inner")
    return { ...region, inner: Math.max(0, Math.min(radius, region.outer - LEAST_PX)) };
  if (id === "end") return { ...region, sweep_deg: turned(angle - region.start_deg) || 360 };
  const end = region.start_deg + region.sweep_deg;
  return { ...region, start_deg: angle, sweep_deg: turned(end - angle) || 360 };
}

function cornerHandles(points: readonly Spot[], closed: boolean): Handle[] {
  const corners = points.map(([x, y], i) => size(`c${i}`, { x, y }));
  const edges = closed ? points.length : points.length - 1;
  const adds = points.slice(0, edges).map(([x, y], i): Handle => {
    const [nx, ny] = points[(i + 1) % points.length] ?? [x, y];
    return { id: `add${i}`, x: (x + nx) / 2, y: (y + ny) / 2, look: "add" };
  });
  return [...adds, ...corners];
}

function pulledPoints(points: readonly Spot[], id: string, to: Point): readonly Spot[] {
  const spot: Spot = [to.x, to.y];
  if (id.startsWith("add")) return points.toSpliced(Number(id.slice(3)) + 1, 0, spot);
  const at = Number(id.slice(1));
  // A corner on its neighbour would be no corner, and is refused in a path.
  const clash = [at - 1, at + 1].some((i) => {
    const [x, y] = points[i] ?? [Number.NaN, Number.NaN];
    return x === spot[0] && y === spot[1];
  });
  return clash ? points : points.with(at, spot);
}

function sideOf(region: Path): Point {
  const course = courseOf(region);
  const at = Math.floor((course.length - 1) / 2);
  const [[ax, ay], [bx, by]] = [course[at] ?? [0, 0], course[at + 1] ?? course[at] ?? [0, 0]];
  const [dx, dy] = leftward(
    [
      [ax, ay],
      [bx, by],
    ],
    false,
  )[0] ?? [0, 0];
  const half = region.width / 2;
  return { x: (ax + bx) / 2 + dx * half, y: (ay + by) / 2 + dy * half };
}

/** Of a point from a line of several pieces. */
function nearest(line: readonly Spot[], { x, y }: Point): number {
  const pieces = line.slice(1).map(([bx, by], i) => {
    const [ax, ay] = line[i] as Spot;
    const [dx, dy] = [bx - ax, by - ay];
    const t = Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / (dx * dx + dy * dy || 1)));
    return Math.hypot(x - ax - t * dx, y - ay - t * dy);
  });
  return Math.min(...pieces);
}
