/** The image that is taught as the probe asks it. */
import { pixelSizeOf } from "../picture/probe/calibration";
import type { ProbeSource } from "../picture/probe/source";
import { draft } from "./draft";
import { shownFile } from "./shown-file";
import { imageSize, viewport } from "./view";

let element: HTMLImageElement | null = null;

/** The image in the page; null when it is left. */
export function probeThis(image: HTMLImageElement | null): void {
  element = image;
}

export const probed: ProbeSource = {
  viewport,
  picture: () => element,
  key: () => (element?.complete ? (shownFile.value?.key ?? null) : null),
  frame: () => imageSize.value,
  exact: () => shownFile.value?.lossy === false,
  calibration: () => pixelSizeOf(draft.value?.calibration),
};
