/** How the picture lies in its window: fitted until somebody zooms. */
import { computed, signal } from "@preact/signals";
import { pan, placed, type Size, type View, wholeView, zoom } from "../core/geometry";
import { shown } from "../live";

const STEP = 1.4;
const MIDDLE = { x: 0, y: 0 };

export const windowSize = signal<Size>({ width: 0, height: 0 }); // CSS px

const chosen = signal<View | null>(null); // null: fitted

/** The full frame in px; the JPEG may be smaller. Kept over frames of one size, so that nothing is laid out anew. */
const width = computed(() => shown.value?.width ?? 4);
const height = computed(() => shown.value?.height ?? 3);
const image = computed<Size>(() => ({ width: width.value, height: height.value }));

export const fitted = computed(() => chosen.value === null);
export const view = computed(() => {
  const whole = wholeView(image.value, windowSize.value);
  return chosen.value && chosen.value.scale > whole.scale ? chosen.value : whole;
});
export const place = computed(() => placed(view.value, image.value, windowSize.value));

export function showAll(): void {
  chosen.value = null;
}

/** One image px on one px of the screen. */
export function showPixels(): void {
  zoomTo(1 / devicePixelRatio, MIDDLE);
}

export function zoomBy(factor: number, at = MIDDLE): void {
  zoomTo(view.value.scale * factor, at);
}

export function zoomIn(): void {
  zoomBy(STEP);
}

export function zoomOut(): void {
  zoomBy(1 / STEP);
}

/** Move the picture by CSS px. */
export function panBy(dx: number, dy: number): void {
  if (!fitted.value) chosen.value = pan(view.value, dx, dy, image.value, windowSize.value);
}

function zoomTo(scale: number, at: { x: number; y: number }): void {
  const next = zoom(view.value, scale, at, image.value, windowSize.value);
  chosen.value = next.scale > wholeView(image.value, windowSize.value).scale ? next : null;
}
