/** The file of the image that is shown: fetched once, drawn from memory. */
import { effect, signal } from "@preact/signals";
import { getBlob } from "../core/api";
import { text } from "../core/texts";
import { shownImage, type TeachImage } from "./images";
import { imageSize, viewport } from "./view";

interface ShownFile {
  readonly key: string; // of the image
  readonly url: string; // in memory
  readonly lossy: boolean; // a JPEG is not what the camera gave
}

export const shownFile = signal<ShownFile | null>(null);
export const fileTrouble = signal("");

/** Follow the image that is shown; returns what ends that. */
export function watchFile(): () => void {
  const stop = effect(() => {
    const image = shownImage.value;
    if (image) void fetchFile(image);
    else drop();
  });
  return () => {
    stop();
    drop();
  };
}

async function fetchFile(image: TeachImage): Promise<void> {
  fileTrouble.value = "";
  try {
    const blob = await getBlob(image.path);
    const bitmap = await createImageBitmap(blob).catch(() => null);
    if (shownImage.value?.key !== image.key) return;
    if (!bitmap) throw new Error(text("teach.cannot_show"));
    const size = { width: bitmap.width, height: bitmap.height };
    bitmap.close();
    show(image, blob, size);
  } catch (error) {
    if (shownImage.value?.key !== image.key) return;
    drop();
    fileTrouble.value = error instanceof Error ? error.message : text("teach.no_answer");
  }
}

function show(image: TeachImage, blob: Blob, size: { width: number; height: number }): void {
  const before = imageSize.peek();
  drop();
  // What was looked at closely stays in view from one image to the next of the same size.
  if (before.width !== size.width || before.height !== size.height) {
    imageSize.value = size;
    viewport.showAll();
  }
  const url = URL.createObjectURL(blob);
  shownFile.value = { key: image.key, url, lossy: blob.type === "image/jpeg" };
}

function drop(): void {
  const before = shownFile.peek();
  if (before) URL.revokeObjectURL(before.url);
  shownFile.value = null;
}
