/** History's picture as the probe asks it. */
import { signal } from "@preact/signals";
import { getBlob } from "../core/api";
import type { Size } from "../core/geometry";
import { pixelSizeBy } from "../picture/probe/calibration";
import type { ProbeSource } from "../picture/probe/source";
import type { Viewport } from "../picture/viewport";
import { detail } from "./state";

let element: HTMLImageElement | null = null;
const types = signal<ReadonlyMap<number, string>>(new Map()); // of the files, by inspection

/** The image in the page; null when it is left. */
export function probeThis(image: HTMLImageElement | null): void {
  element = image;
}

/** `frame`: of the full frame in px. */
export function sourceOf(viewport: Viewport, frame: () => Size): ProbeSource {
  return {
    viewport,
    picture: () => element,
    key: () => (element?.complete ? (detail.value?.number ?? null) : null),
    frame,
    exact: () => {
      const whole = element?.naturalWidth === frame().width;
      return whole && typeOf(detail.value?.number) === "image/png";
    },
    calibration: () => {
      const part = detail.value;
      return part && pixelSizeBy(part.job, part.recipe_version);
    },
  };
}

/** Asked when somebody measures: an image in a page does not tell what it was. */
function typeOf(number: number | undefined): string {
  if (number === undefined) return "";
  const known = types.value.get(number);
  if (known === undefined) void learn(number);
  return known ?? "";
}

async function learn(number: number): Promise<void> {
  types.value = new Map(types.value).set(number, "");
  try {
    const { type } = await getBlob(`inspections/${number}/image`);
    types.value = new Map(types.value).set(number, type);
  } catch (error) {
    console.warn(`what the image of inspection ${number} is, was not had`, error);
  }
}
