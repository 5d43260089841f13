import { beforeEach, describe, expect, test, vi } from "vitest";
import type { FrameHeader } from "../core/contract";
import { shown } from "../live";
import {
  fitted,
  panBy,
  place,
  showAll,
  showPixels,
  view,
  windowSize,
  zoomIn,
  zoomOut,
} from "./viewport";

beforeEach(() => {
  vi.stubGlobal("devicePixelRatio", 2);
  shown.value = { width: 1280, height: 960 } as FrameHeader;
  windowSize.value = { width: 640, height: 480 };
  showAll();
});

describe("the viewport", () => {
  test("fits until somebody zooms, and again when zoomed out", () => {
    expect(fitted.value).toBe(true);
    zoomIn();
    expect(fitted.value).toBe(false);
    zoomOut();
    expect(fitted.value).toBe(true);
  });

  test("1:1 is one image px on one px of the screen", () => {
    windowSize.value = { width: 320, height: 240 };
    showPixels();
    expect(view.value.scale).toBe(0.5);
  });

  test("does not pan a picture that is wholly seen", () => {
    const before = place.value;
    panBy(50, 50);
    expect(place.value).toEqual(before);
  });

  test("follows the window while fitted", () => {
    windowSize.value = { width: 320, height: 480 };
    expect(place.value).toMatchObject({ width: 320, height: 240, left: 0, top: 120 });
  });

  test("a picture that a larger window shows wholly is fitted to it", () => {
    windowSize.value = { width: 320, height: 240 };
    showPixels();
    windowSize.value = { width: 1280, height: 960 };
    expect(place.value).toMatchObject({ width: 1280, height: 960 });
  });
});
