/** Mouse and fingers over the picture: knobs and regions are edited, the background is left to pan and zoom. */
import { carried, inverse } from "../../core/regions/pose";
import type { Point } from "../../core/regions/region";
import { settle } from "../draft";
import { choose, chosen, type Part, type Placed, placed } from "../regions";
import { imagePoint, viewport } from "../view";
import { drawing, drawingPose, dropStroke, moveTo, pressAt, releaseAt } from "./drawing";
import { beginPull, dropPull, knobAt, type Pull, pullTo } from "./pull";

const REACH_PX = { mouse: 11, touch: 22, pen: 16 } as const; // CSS px round a knob's middle
const TAP_PX = 6;

/** Returns what ends it, and whether a pointer holds something: then the picture stays where it is. */
export function watchEditing(well: HTMLElement): { stop: () => void; held: () => boolean } {
  const listeners = new AbortController();
  const on = { signal: listeners.signal };
  const down = new Map<number, Point>(); // where each finger came down
  let pull: Pull | null = null;
  let draws = false;

  const spotOf = (event: PointerEvent): Point => {
    const box = well.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const imageAt = ({ x, y }: Point) => imagePoint(x, y);
  const taught = (spot: Point) => carried(inverse(drawingPose()), imageAt(spot));

  const press = (event: PointerEvent) => {
    if (event.button !== 0 || isControl(event.target)) return;
    const spot = spotOf(event);
    down.set(event.pointerId, spot);
    if (down.size > 1) return drop(); // two fingers zoom
    if (drawing.value) {
      draws = true;
      pressAt(taught(spot), viewport.view.value.scale);
      return;
    }
    pull = grab(spot, event);
  };

  const move = (event: PointerEvent) => {
    const spot = spotOf(event);
    if (drawing.value && (draws || event.pointerType === "mouse")) moveTo(taught(spot));
    if (pull && down.has(event.pointerId)) pullTo(pull, imageAt(spot), event.altKey);
  };

  const release = (event: PointerEvent) => {
    const from = down.get(event.pointerId);
    down.delete(event.pointerId);
    if (!from) return;
    const spot = spotOf(event);
    const tapped = Math.hypot(spot.x - from.x, spot.y - from.y) < TAP_PX;
    if (draws) releaseAt(taught(spot));
    else if (tapped && !pull?.changed && event.type === "pointerup") tap(event);
    if (pull?.changed) settle();
    pull = null;
    draws = false;
  };

  const drop = () => {
    if (pull) dropPull(pull);
    if (draws) dropStroke();
    pull = null;
    draws = false;
  };

  well.addEventListener("pointerdown", press, on);
  well.addEventListener("pointermove", move, on);
  well.addEventListener("pointerup", release, on);
  well.addEventListener("pointercancel", release, on);
  return { stop: () => listeners.abort(), held: () => pull !== null || draws };
}

/** What the pointer takes hold of: the chosen region's knob, else the region itself; a knob lies over everything. */
function grab(spot: Point, event: PointerEvent): Pull | null {
  const now = chosen.value;
  if (!now) return null;
  const { left, top } = viewport.place.value;
  const reach = REACH_PX[event.pointerType as keyof typeof REACH_PX] ?? REACH_PX.touch;
  const knob = knobAt(now, { x: spot.x - left, y: spot.y - top }, reach);
  if (knob === null && !under(event).some((one) => same(one, now))) return null;
  return beginPull(now, knob, imagePoint(spot.x, spot.y));
}

/** Choose the smallest region there: a large one does not hide those in it. */
function tap(event: PointerEvent): void {
  const [smallest] = under(event).toSorted((a, b) => extent(a) - extent(b));
  if (smallest) choose(smallest);
}

function under(event: PointerEvent): readonly Placed[] {
  return document.elementsFromPoint(event.clientX, event.clientY).flatMap((element) => {
    const { step, part, index } = (element.closest<SVGElement>("[data-step]")?.dataset ??
      {}) as Record<string, string | undefined>;
    return placed.value.filter((one) =>
      same(one, { step: step ?? "", part: part as Part, index: Number(index) }),
    );
  });
}

function same(
  a: Pick<Placed, "step" | "part" | "index">,
  b: Pick<Placed, "step" | "part" | "index">,
) {
  return a.step === b.step && a.part === b.part && a.index === b.index;
}

function extent({ region }: Placed): number {
  switch (region.kind) {
    case "rectangle":
      return region.width * region.height;
    case "circle":
      return Math.PI * region.radius ** 2;
    case "ring_sector":
      return Math.PI * region.outer ** 2;
    case "line":
      return Math.hypot(region.x2 - region.x1, region.y2 - region.y1) * region.width;
    default: {
      const xs = region.points.map(([x]) => x);
      const ys = region.points.map(([, y]) => y);
      return (Math.max(...xs) - Math.min(...xs)) * (Math.max(...ys) - Math.min(...ys));
    }
  }
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("button, a, input, select") !== null;
}
