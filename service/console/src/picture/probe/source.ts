/** A picture whose pixels can be asked: what is drawn on a canvas, and what of the sensor that is. */

import type { Size } from "../../core/geometry";
import type { Pixels, Point } from "../../core/measure/pixels";
import type { Viewport } from "../viewport";

export interface ProbeSource {
  viewport: Viewport;
  /** The canvas with the picture; null before the first. */
  canvas: () => HTMLCanvasElement | null;
  /** Names the pixels: another key, other pixels. null = there are none. */
  key: () => string | number | null;
  /** Of the full frame in px; the picture may have fewer. */
  frame: () => Size;
  /** The pixels are the sensor's own; else they went through a JPEG. */
  exact: () => boolean;
  /** Size of a pixel, `about` = only in the middle of the frame; null = the recipe is not calibrated. */
  calibration: () => { mmPerPx: number; about: boolean } | null;
}

let copy: OffscreenCanvas | undefined;

export function pixelsOf(source: ProbeSource): Pixels | null {
  const canvas = source.canvas();
  if (!canvas?.width || source.key() === null) return null;
  // From a copy: a canvas that is read often is kept off the graphics card, and would be drawn slower.
  copy ??= new OffscreenCanvas(1, 1);
  copy.width = canvas.width;
  copy.height = canvas.height;
  const pen = copy.getContext("2d", { willReadFrequently: true });
  pen?.drawImage(canvas, 0, 0);
  return pen?.getImageData(0, 0, canvas.width, canvas.height) ?? null;
}

/** A point of the frame as a point of the picture, which may be smaller; centres on whole numbers in both. */
export function inPicture(point: Point, frame: Size, picture: Size): Point {
  return {
    x: ((point.x + 0.5) * picture.width) / frame.width - 0.5,
    y: ((point.y + 0.5) * picture.height) / frame.height - 0.5,
  };
}
