/** A knob or a region that is held by the pointer. */
import type { Size } from "../../core/geometry";
import { broughtInside, moved, tidy } from "../../core/regions/change";
import { handlesOf, pulled, pulledOn } from "../../core/regions/handles";
import { carried, inverse } from "../../core/regions/pose";
import type { Point, Region } from "../../core/regions/region";
import { undo } from "../draft";
import { type Placed, put } from "../regions";
import { imageSize, picturePoint, viewport } from "../view";

export const STEM_PX = 30; // CSS px from a rectangle's edge to the knob that turns it

interface Pull {
  readonly place: Placed; // as it was when the pull began
  readonly from: Point; // taught px
  readonly knob: string | null; // null: the whole region
  readonly slip: Point; // from the pointer to the knob's middle
  readonly join: string;
  now: Region;
  id: string | null;
  changed: boolean;
}

let pulls = 0;

/** How far a knob stands off, in px of the image. */
export function stem(): number {
  return STEM_PX / viewport.view.value.scale;
}

/** The chosen region's knob nearest to a place in the picture, within `reach` CSS px; null: none. */
export function knobAt(place: Placed, at: Point, reach: number): string | null {
  let best: { id: string; far: number } | null = null;
  for (const handle of handlesOf(place.region, stem())) {
    const { x, y } = picturePoint(carried(place.pose, handle));
    // A knob that puts a corner in gives way to the corners beside it.
    const far = Math.hypot(x - at.x, y - at.y) + (handle.look === "add" ? 6 : 0);
    if (far <= reach && (!best || far < best.far)) best = { id: handle.id, far };
  }
  return best?.id ?? null;
}

/** `point`: px of the image. */
export function beginPull(place: Placed, knob: string | null, point: Point): Pull {
  const from = carried(inverse(place.pose), point);
  const handle = handlesOf(place.region, stem()).find(({ id }) => id === knob);
  const slip = handle ? { x: handle.x - from.x, y: handle.y - from.y } : { x: 0, y: 0 };
  pulls += 1;
  return {
    place,
    from,
    knob,
    slip,
    join: `pull ${pulls}`,
    now: place.region,
    id: knob,
    changed: false,
  };
}

/** `fine`: to a tenth of a px instead of whole ones. */
export function pullTo(pull: Pull, point: Point, fine: boolean): void {
  const to = carried(inverse(pull.place.pose), point);
  const next =
    pull.knob === null
      ? movedBy(pull.place.region, to.x - pull.from.x, to.y - pull.from.y, fine)
      : knobbed(pull, { x: to.x + pull.slip.x, y: to.y + pull.slip.y }, fine);
  if (JSON.stringify(next) === JSON.stringify(pull.now)) return;
  pull.now = next;
  pull.changed = true;
  put(pull.place, next, { join: pull.join, held: true });
}

/** As if it had never begun. */
export function dropPull(pull: Pull): void {
  if (pull.changed) undo();
}

function movedBy(region: Region, dx: number, dy: number, fine: boolean): Region {
  const step = (value: number) => (fine ? Math.round(value * 10) / 10 : Math.round(value));
  return tidy(broughtInside(moved(region, step(dx), step(dy)), imageSize.value));
}

function knobbed(pull: Pull, to: Point, fine: boolean): Region {
  const { region } = pull.place;
  const at = snapped(region, inside(to, imageSize.value), fine);
  if (pull.id?.startsWith("add")) {
    // The first move puts the corner in, the next ones pull it.
    pull.id = pulledOn(pull.id);
    return tidy(pulled(region, pull.knob ?? "", at));
  }
  const before = pull.id === pull.knob ? region : pull.now;
  return tidy(pulled(before, pull.id ?? "", at), fine || isTurned(region) ? 0.1 : 1);
}

/** Edges of an upright rectangle lie between pixels, everything else on their centres. */
function snapped(region: Region, { x, y }: Point, fine: boolean): Point {
  if (fine || isTurned(region)) return { x, y };
  const off = region.kind === "rectangle" ? 0.5 : 0;
  return { x: Math.round(x + off) - off, y: Math.round(y + off) - off };
}

function isTurned(region: Region): boolean {
  return region.kind === "rectangle" && region.angle_deg !== 0;
}

function inside({ x, y }: Point, { width, height }: Size): Point {
  return {
    x: Math.min(Math.max(x, -0.5), width - 0.5),
    y: Math.min(Math.max(y, -0.5), height - 0.5),
  };
}

export type { Pull };
