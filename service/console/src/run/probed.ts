/** Run's picture as the probe asks it. */
import { canvasShown, shown, shownExact } from "../live";
import { pixelSizeBy } from "../picture/probe/calibration";
import type { ProbeSource } from "../picture/probe/source";
import { results, state } from "../station";
import { viewport } from "./viewport";

export const probed: ProbeSource = {
  viewport,
  picture: canvasShown,
  key: () => shown.value && `${shown.value.frame_id} ${shown.value.image_width}`,
  frame: () => ({ width: shown.value?.width ?? 1, height: shown.value?.height ?? 1 }),
  exact: () => shownExact.value,
  calibration: () => {
    const part = results.value.find(({ number }) => number === shown.value?.inspection_id);
    const job = part?.job ?? state.value?.job;
    const version = part?.recipe_version ?? state.value?.recipe_version;
    return job && version ? pixelSizeBy(job, version) : null;
  },
};
