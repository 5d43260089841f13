/** What the page shows, and how old the station's last word is. */
import { computed, signal } from "@preact/signals";
import type { FrameHeader, ViewedPart } from "../core/contract";

const STALE_AFTER_MS = 2000;

export const part = signal<ViewedPart | null>(null); // of `last` and `last-failed`
export const frame = signal<FrameHeader | null>(null); // of the pixels on the canvas
export const refused = signal(false); // no token, or one that was revoked

const now = signal(Date.now());
const heardAt = signal<number | null>(null);
setInterval(() => (now.value = Date.now()), 500);

export const time = computed(() => now.value);

export function heard(): void {
  heardAt.value = Date.now();
  refused.value = false;
}

/** ms without a word; 0 while words come, null before the first. */
export const quietMs = computed(() => {
  if (heardAt.value === null) return null;
  const quiet = now.value - heardAt.value;
  return quiet > STALE_AFTER_MS ? quiet : 0;
});

let canvas: HTMLCanvasElement | null = null;

export function drawOn(element: HTMLCanvasElement | null): void {
  canvas = element;
}

/** Pixels and what belongs to them, in one turn. */
export async function draw(
  image: Blob,
  header: (bitmap: ImageBitmap) => FrameHeader,
): Promise<void> {
  const bitmap = await createImageBitmap(image);
  if (canvas) {
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    frame.value = header(bitmap);
    canvas.dataset.frameId = String(frame.value.frame_id);
  }
  bitmap.close();
}
