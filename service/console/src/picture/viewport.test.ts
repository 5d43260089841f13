import { signal } from "@preact/signals";
import { beforeEach, describe, expect, test, vi } from "vitest";
import { Viewport } from "./viewport";

const image = signal({ width: 1280, height: 960 });
const viewport = new Viewport(image);

beforeEach(() => {
  vi.stubGlobal("devicePixelRatio", 2);
  viewport.window.value = { width: 640, height: 480 };
  viewport.showAll();
});

describe("the viewport", () => {
  test("fits until somebody zooms, and again when zoomed out", () => {
    expect(viewport.fitted.value).toBe(true);
    viewport.zoomIn();
    expect(viewport.fitted.value).toBe(false);
    viewport.zoomOut();
    expect(viewport.fitted.value).toBe(true);
  });

  test("1:1 is one image px on one px of the screen", () => {
    viewport.window.value = { width: 320, height: 240 };
    viewport.showPixels();
    expect(viewport.view.value.scale).toBe(0.5);
  });

  test("does not pan a picture that is wholly seen", () => {
    const before = viewport.place.value;
    viewport.panBy(50, 50);
    expect(viewport.place.value).toEqual(before);
  });

  test("follows the window while fitted", () => {
    viewport.window.value = { width: 320, height: 480 };
    expect(viewport.place.value).toMatchObject({ width: 320, height: 240, left: 0, top: 120 });
  });

  test("a picture that a larger window shows wholly is fitted to it", () => {
    viewport.window.value = { width: 320, height: 240 };
    viewport.showPixels();
    viewport.window.value = { width: 1280, height: 960 };
    expect(viewport.place.value).toMatchObject({ width: 1280, height: 960 });
  });

  test("brings a box into the middle, and no nearer than it may", () => {
    viewport.showBox({ left: 600, top: 400, right: 680, bottom: 460 });
    expect(viewport.view.value).toEqual({ scale: 4, x: 640, y: 430 });
    viewport.showBox({ left: 640, top: 400, right: 642, bottom: 402 });
    expect(viewport.view.value.scale).toBe(8);
    viewport.showBox({ left: 0, top: 0, right: 1280, bottom: 960 });
    expect(viewport.fitted.value).toBe(true);
  });
});
