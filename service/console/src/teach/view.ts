/** How the image that is taught lies in its window. */
import { computed, signal } from "@preact/signals";
import type { Box, Size } from "../core/geometry";
import type { Point } from "../core/regions/region";
import { Viewport } from "../picture/viewport";

export const imageSize = signal<Size>({ width: 4, height: 3 }); // px of the image that is shown
export const viewport = new Viewport(imageSize);

/** What of the image is seen, px. */
export const seen = computed<Box>(() => {
  const { scale, x, y } = viewport.view.value;
  const { width, height } = viewport.window.value;
  const [wide, high] = [width / scale / 2, height / scale / 2];
  const image = imageSize.value;
  return {
    left: Math.max(0, x - wide),
    top: Math.max(0, y - high),
    right: Math.min(image.width, x + wide),
    bottom: Math.min(image.height, y + high),
  };
});

/** Of a place in the window (CSS px from its corner) the point of the image; pixel centres are whole numbers. */
export function imagePoint(left: number, top: number): Point {
  const { scale } = viewport.view.value;
  const place = viewport.place.value;
  return { x: (left - place.left) / scale - 0.5, y: (top - place.top) / scale - 0.5 };
}

/** Of a point of the image the place in the picture, CSS px from its corner. */
export function picturePoint({ x, y }: Point): Point {
  const { scale } = viewport.view.value;
  return { x: (x + 0.5) * scale, y: (y + 0.5) * scale };
}
