/** A picture whose pixels can be asked: what is drawn on a canvas, and what of the sensor that is. */

import type { Size } from "../../core/geometry";
import type { Pixels, Point } from "../../core/measure/pixels";
import type { Viewport } from "../viewport";
import type { PixelSize } from "./calibration";

export interface ProbeSource {
  viewport: Viewport;
  /** What the picture is drawn by; null before the first. */
  picture: () => HTMLCanvasElement | HTMLImageElement | null;
  /** Names the pixels: another key, other pixels. null = there are none. */
  key: () => string | number | null;
  /** Of the full frame in px; the picture may have fewer. */
  frame: () => Size;
  /** The pixels are the sensor's own; else they went through a JPEG. */
  exact: () => boolean;
  /** Size of a pixel, `about` = only in the middle of the frame; null = the recipe is not calibrated. */
  calibration: () => PixelSize | null;
}

let copy: OffscreenCanvas | undefined;

export function pixelsOf(source: ProbeSource): Pixels | null {
  const picture = source.picture();
  if (!picture || source.key() === null) return null;
  const { width, height } = ownSize(picture);
  if (!width) return null;
  // From a copy: a canvas that is read often is kept off the graphics card, and would be drawn slower.
  copy ??= new OffscreenCanvas(1, 1);
  copy.width = width;
  copy.height = height;
  const pen = copy.getContext("2d", { willReadFrequently: true });
  pen?.drawImage(picture, 0, 0);
  return pen?.getImageData(0, 0, width, height) ?? null;
}

/** In its own px; 0 x 0 while it has not come. */
function ownSize(picture: HTMLCanvasElement | HTMLImageElement): Size {
  if (picture instanceof HTMLCanvasElement) return picture;
  return { width: picture.naturalWidth, height: picture.naturalHeight };
}

/** A point of the frame as a point of the picture, which may be smaller; centres on whole numbers in both. */
export function inPicture(point: Point, frame: Size, picture: Size): Point {
  return {
    x: ((point.x + 0.5) * picture.width) / frame.width - 0.5,
    y: ((point.y + 0.5) * picture.height) / frame.height - 0.5,
  };
}
