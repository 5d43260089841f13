/** A region that is being drawn: by one pull, corner by corner, or by the brush. */
import { signal } from "@preact/signals";
import { byPull, cornered, drawn, placedIn } from "../../core/regions/drawn";
import { carried, HOME, inverse, type Pose } from "../../core/regions/pose";
import type { Point, Region, RegionKind, Spot } from "../../core/regions/region";
import { stroke } from "../../core/regions/stroke";
import { selectedStep, undo } from "../draft";
import { add, inImage, type Part } from "../regions";
import { poseOf } from "../trial";
import { seen } from "../view";
import { focusChosen, focusDrawButton } from "./focus";

interface Drawing {
  readonly kind: RegionKind;
  readonly part: Part;
  readonly from: Point | null; // where the pull began, px of the taught frame
  readonly corners: readonly Spot[];
  readonly to: Point | null; // where the pointer is
  readonly trace: readonly Point[] | null; // what the brush painted so far; null: it is no brush
  readonly byKey: boolean; // begun without a pointer
}

export const drawing = signal<Drawing | null>(null);
export const brushPx = signal(12); // of the image

/** Whether the next corner would close the line: 8 CSS px at most from the first one. */
const CLOSES_PX = 8;

export function beginDrawing(kind: RegionKind, part: Part, byKey = false): void {
  const now = drawing.value;
  const same = now?.kind === kind && now.part === part;
  const begun = { kind, part, from: null, corners: [], to: null, trace: null, byKey };
  drawing.value = same && !now.trace ? null : begun;
}

/** Each stroke is a mask: it takes away what it covers, such as edges that a part is not to be found by. */
export function beginBrush(): void {
  drawing.value = drawing.value?.trace ? null : BRUSH;
}

const BRUSH: Drawing = {
  kind: "path",
  part: "masks",
  from: null,
  corners: [],
  to: null,
  trace: [],
  byKey: false,
};

export function cancelDrawing(): void {
  const now = drawing.value;
  drawing.value = null;
  if (now?.byKey) focusDrawButton(now.kind);
}

/** With which what is drawn now moves. */
export function drawingPose(): Pose {
  return poseOf(selectedStep.value?.fixture ?? null) ?? HOME;
}

/** What would come of it now. */
export function outcome(now: Drawing): Region | null {
  if (now.trace) return stroke(now.trace, brushPx.value);
  if (byPull(now.kind)) return now.from && now.to ? drawn(now.kind, now.from, now.to) : null;
  return cornered(now.kind, now.to ? [...now.corners, [now.to.x, now.to.y]] : now.corners);
}

export function pressAt(point: Point, cssPxPerPx: number): void {
  const now = drawing.value;
  if (!now) return;
  if (now.trace) {
    drawing.value = { ...now, trace: [rounded(point)] };
    return;
  }
  if (byPull(now.kind)) {
    drawing.value = { ...now, from: point, to: point };
    return;
  }
  const [first] = now.corners;
  const closes =
    first && Math.hypot(point.x - first[0], point.y - first[1]) * cssPxPerPx <= CLOSES_PX;
  if (closes && finishDrawing()) return;
  const corner: Spot = [Math.round(point.x), Math.round(point.y)];
  drawing.value = { ...now, corners: [...now.corners, corner], to: null };
}

export function moveTo(point: Point): void {
  const now = drawing.value;
  if (!now) return;
  const to = rounded(point);
  const trace = now.trace?.length ? [...now.trace, to] : now.trace;
  drawing.value = { ...now, to: now.trace ? null : to, trace };
}

export function releaseAt(point: Point): void {
  const now = drawing.value;
  const painted = now?.trace && outcome(now);
  if (painted) {
    drawing.value = BRUSH; // the next stroke
    add(painted, "masks");
  }
  if (!now?.from) return;
  const region = drawn(now.kind, now.from, point);
  if (region) end(region, now);
  else drawing.value = { ...now, from: null, to: null };
}

/** A second finger came down: what the brush painted with the first was not meant. */
export function dropStroke(): void {
  if (drawing.value?.trace) drawing.value = BRUSH;
}

/** The last corner back, or the last stroke: what is drawn is undone in itself, not the edit before. */
export function lastCornerBack(): void {
  const now = drawing.value;
  if (now?.trace) undo();
  else if (now) drawing.value = { ...now, corners: now.corners.slice(0, -1), to: null };
}

/** What has been drawn so far is the region; returns whether it is one. */
export function finishDrawing(): boolean {
  const now = drawing.value;
  const region = now && cornered(now.kind, now.corners);
  if (!now || !region) return false;
  end(region, now);
  return true;
}

/** For who has no pointer: one in the middle of what is seen. */
export function putInMiddle(): void {
  const now = drawing.value;
  if (!now) return;
  const { left, top, right, bottom } = seen.value;
  const back = inverse(drawingPose());
  const [a, b] = [carried(back, { x: left, y: top }), carried(back, { x: right, y: bottom })];
  const box = {
    left: Math.min(a.x, b.x),
    top: Math.min(a.y, b.y),
    right: Math.max(a.x, b.x),
    bottom: Math.max(a.y, b.y),
  };
  end(placedIn(now.kind, box), now);
}

function rounded({ x, y }: Point): Point {
  return { x: Math.round(x), y: Math.round(y) };
}

function end(region: Region, { part, byKey }: Drawing): void {
  drawing.value = null;
  add(inImage(region), part);
  if (byKey) focusChosen();
}
