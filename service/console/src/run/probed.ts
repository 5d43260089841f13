/** Run's picture as the probe asks it. */
import { signal } from "@preact/signals";
import { get } from "../core/api";
import type { RecipeContent } from "../core/contract";
import { canvasShown, shown, shownExact } from "../live";
import type { ProbeSource } from "../picture/probe/source";
import { results, state } from "../station";
import { viewport } from "./viewport";

interface Calibration {
  mmPerPx: number;
  about: boolean;
}

const known = signal<ReadonlyMap<string, Calibration | null>>(new Map());

export const probed: ProbeSource = {
  viewport,
  canvas: canvasShown,
  key: () => shown.value && `${shown.value.frame_id} ${shown.value.image_width}`,
  frame: () => ({ width: shown.value?.width ?? 1, height: shown.value?.height ?? 1 }),
  exact: () => shownExact.value,
  calibration: () => {
    const part = results.value.find(({ number }) => number === shown.value?.inspection_id);
    const job = part?.job ?? state.value?.job;
    const version = part?.recipe_version ?? state.value?.recipe_version;
    if (!job || !version) return null;
    const path = `recipes/${job}/versions/${version}`;
    const found = known.value.get(path);
    if (found === undefined) void learn(path);
    return found ?? null;
  },
};

/** Asked once for each version; what cannot be had is not calibrated. */
async function learn(path: string): Promise<void> {
  known.value = new Map(known.value).set(path, null);
  try {
    const { content } = await get<RecipeContent>(path);
    const said = content.calibration as { mm_per_px?: number | null; taught?: unknown } | null;
    if (!said?.mm_per_px) return;
    const calibration = { mmPerPx: said.mm_per_px, about: Boolean(said.taught) };
    known.value = new Map(known.value).set(path, calibration);
  } catch (error) {
    console.warn(`no calibration of ${path}`, error);
  }
}
