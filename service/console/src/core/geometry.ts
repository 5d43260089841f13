import type { Overlay } from "./contract";

export interface Size {
  width: number;
  height: number;
}

/** How an image lies in its window: CSS px per image px, and the image point (px) in the window's middle. */
export interface View {
  scale: number;
  x: number;
  y: number;
}

export interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

const NEAREST = 32; // CSS px per image px

/** The whole image, as large as the window takes in both directions. */
export function wholeView(image: Size, window: Size): View {
  const scale = Math.min(window.width / image.width, window.height / image.height);
  return { scale, x: image.width / 2, y: image.height / 2 };
}

/** The view with another scale, the image point under `at` (CSS px from the window's middle) kept in its place. */
export function zoom(
  view: View,
  scale: number,
  at: { x: number; y: number },
  image: Size,
  window: Size,
): View {
  const smallest = wholeView(image, window).scale;
  const next = Math.min(Math.max(scale, smallest), Math.max(NEAREST, smallest));
  const x = view.x + at.x / view.scale - at.x / next;
  const y = view.y + at.y / view.scale - at.y / next;
  return inside({ scale: next, x, y }, image, window);
}

/** The view moved by CSS px, never further than the image's edge. */
export function pan(view: View, dx: number, dy: number, image: Size, window: Size): View {
  return inside(
    { ...view, x: view.x - dx / view.scale, y: view.y - dy / view.scale },
    image,
    window,
  );
}

/** Where the image stands in the window, in CSS px. */
export function placed(
  view: View,
  image: Size,
  window: Size,
): { left: number; top: number } & Size {
  return {
    left: window.width / 2 - view.x * view.scale,
    top: window.height / 2 - view.y * view.scale,
    width: image.width * view.scale,
    height: image.height * view.scale,
  };
}

function inside(view: View, image: Size, window: Size): View {
  const along = (centre: number, length: number, seen: number) =>
    length <= seen ? length / 2 : Math.min(Math.max(centre, seen / 2), length - seen / 2);
  return {
    scale: view.scale,
    x: along(view.x, image.width, window.width / view.scale),
    y: along(view.y, image.height, window.height / view.scale),
  };
}

/** The path of a shape in image px: a polygon, a line, or a cross for a single point. */
export function pathOf({ points, closed }: Pick<Overlay, "points" | "closed">, cross = 14): string {
  const [first] = points;
  if (!first) return "";
  if (points.length === 1) {
    const [x, y] = first;
    return `M${x - cross} ${y}H${x + cross}M${x} ${y - cross}V${y + cross}`;
  }
  return `M${points.map(([x, y]) => `${x} ${y}`).join("L")}${closed ? "Z" : ""}`;
}

export function boundsOf(points: readonly (readonly [number, number])[]): Box {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  return {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
}

export interface Label {
  x: number; // middle, CSS px in the picture
  y: number; // upper edge
  width: number;
  height: number;
}

/**
 * Put a label below its region, never on it: above where there is no room below, and clear of those already put.
 * All in CSS px of the picture.
 */
export function placeLabel(region: Box, label: Size, picture: Size, put: readonly Label[]): Label {
  const half = label.width / 2;
  const middle = (region.left + region.right) / 2;
  const x = Math.min(Math.max(middle, half), Math.max(half, picture.width - half));
  const gap = 8;
  const below = { ...label, x, y: clearOf(put, { ...label, x, y: region.bottom + gap }) };
  if (below.y + label.height <= picture.height) return below;
  return { ...label, x, y: Math.max(0, region.top - gap - label.height) };
}

function clearOf(put: readonly Label[], label: Label): number {
  const apart = (a: Label, b: Label) =>
    Math.abs(a.x - b.x) >= (a.width + b.width) / 2 ||
    a.y + a.height <= b.y ||
    b.y + b.height <= a.y;
  const hit = put.find((other) => !apart(other, label));
  return hit ? clearOf(put, { ...label, y: hit.y + hit.height + 2 }) : label.y;
}
