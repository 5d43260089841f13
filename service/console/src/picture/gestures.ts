import type { Viewport } from "./viewport";

interface Spot {
  x: number;
  y: number;
}

/**
 * Wheel and two fingers zoom, one finger or the mouse pans, unless it holds something (`held`). Returns what takes
 * the listeners off again.
 */
export function watchGestures(
  well: HTMLElement,
  viewport: Viewport,
  held: () => boolean = () => false,
): () => void {
  const down = new Map<number, Spot>();
  const listeners = new AbortController();
  const on = { signal: listeners.signal };

  const fromMiddle = (spot: Spot): Spot => {
    const box = well.getBoundingClientRect();
    const { width, height } = viewport.window.value;
    return { x: spot.x - box.left - width / 2, y: spot.y - box.top - height / 2 };
  };

  const release = (event: PointerEvent) => void down.delete(event.pointerId);

  const move = (event: PointerEvent) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const after = { x: event.clientX, y: event.clientY };
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    down.set(event.pointerId, after);
    if (other) {
      viewport.zoomBy(
        distance(after, other) / Math.max(1, distance(before, other)),
        fromMiddle(middle(after, other)),
      );
      viewport.panBy((after.x - before.x) / 2, (after.y - before.y) / 2);
    } else if (!held()) {
      viewport.panBy(after.x - before.x, after.y - before.y);
    }
  };

  const wheel = (event: WheelEvent) => {
    event.preventDefault();
    viewport.zoomBy(
      Math.exp(-event.deltaY * 0.0015),
      fromMiddle({ x: event.clientX, y: event.clientY }),
    );
  };

  const press = (event: PointerEvent) => {
    well.setPointerCapture(event.pointerId);
    down.set(event.pointerId, { x: event.clientX, y: event.clientY });
  };

  well.addEventListener("pointerdown", press, on);
  well.addEventListener("pointermove", move, on);
  well.addEventListener("pointerup", release, on);
  well.addEventListener("pointercancel", release, on);
  well.addEventListener("wheel", wheel, { ...on, passive: false });
  return () => listeners.abort();
}

function distance(a: Spot, b: Spot): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function middle(a: Spot, b: Spot): Spot {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}
