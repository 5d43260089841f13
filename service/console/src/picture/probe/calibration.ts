/** How large a pixel is on the part, by the version that judged. */
import { signal } from "@preact/signals";
import { get } from "../../core/api";
import type { RecipeContent } from "../../core/contract";

export interface PixelSize {
  mmPerPx: number;
  about: boolean; // only in the middle of the frame
}

const known = signal<ReadonlyMap<string, PixelSize | null>>(new Map());

/** As a recipe's `calibration` says it; null: it has none. */
export function pixelSizeOf(calibration: unknown): PixelSize | null {
  const said = calibration as { mm_per_px?: number | null; taught?: unknown } | null | undefined;
  return said?.mm_per_px ? { mmPerPx: said.mm_per_px, about: Boolean(said.taught) } : null;
}

/** Null also until it is known; each version is asked for once. */
export function pixelSizeBy(job: number, version: number): PixelSize | null {
  const path = `recipes/${job}/versions/${version}`;
  const found = known.value.get(path);
  if (found === undefined) void learn(path);
  return found ?? null;
}

async function learn(path: string): Promise<void> {
  known.value = new Map(known.value).set(path, null);
  try {
    const { content } = await get<RecipeContent>(path);
    known.value = new Map(known.value).set(path, pixelSizeOf(content.calibration));
  } catch (error) {
    console.warn(`no calibration of ${path}`, error);
  }
}
