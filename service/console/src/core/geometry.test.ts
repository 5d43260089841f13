import { describe, expect, test } from "vitest";
import { boundsOf, pan, pathOf, placed, placeLabel, wholeView, zoom } from "./geometry";

const image = { width: 1280, height: 960 };
const window = { width: 860, height: 580 };
const middle = { x: 0, y: 0 };

describe("the picture", () => {
  test("fits in both directions", () => {
    const place = placed(wholeView(image, window), image, window);
    expect(place.height).toBeCloseTo(580);
    expect(place.width).toBeLessThanOrEqual(860);
    expect(place.left).toBeCloseTo((860 - place.width) / 2);
    expect(place.top).toBeCloseTo(0);
  });

  test("keeps the point under the pointer when zoomed", () => {
    const at = { x: 120, y: -40 };
    const before = wholeView(image, window);
    const under = before.x + at.x / before.scale;
    const after = zoom(before, 2, at, image, window);
    expect(after.x + at.x / after.scale).toBeCloseTo(under);
  });

  test("is never smaller than the window, nor nearer than 32 px a pixel", () => {
    const whole = wholeView(image, window);
    expect(zoom(whole, 0.01, middle, image, window).scale).toBe(whole.scale);
    expect(zoom(whole, 1000, middle, image, window).scale).toBe(32);
  });

  test("stops at its edge when panned", () => {
    const near = zoom(wholeView(image, window), 2, middle, image, window);
    const moved = pan(near, 1e6, 1e6, image, window);
    expect(placed(moved, image, window)).toMatchObject({ left: 0, top: 0 });
  });
});

describe("shapes", () => {
  test("are polygons, lines and crosses", () => {
    const points: [number, number][] = [
      [0, 0],
      [4, 0],
      [4, 2],
    ];
    expect(pathOf({ points, closed: true })).toBe("M0 0L4 0L4 2Z");
    expect(pathOf({ points, closed: false })).toBe("M0 0L4 0L4 2");
    expect(pathOf({ points: [[5, 5]], closed: false }, 2)).toBe("M3 5H7M5 3V7");
    expect(pathOf({ points: [], closed: true })).toBe("");
    expect(boundsOf(points)).toEqual({ left: 0, top: 0, right: 4, bottom: 2 });
  });
});

describe("a label", () => {
  const label = { width: 100, height: 24 };
  const region = { left: 200, top: 100, right: 260, bottom: 140 };

  test("stands below its region, in its middle", () => {
    expect(placeLabel(region, label, window, [])).toMatchObject({ x: 230, y: 148 });
  });

  test("stands above where there is no room below", () => {
    const low = { ...region, top: 540, bottom: 575 };
    expect(placeLabel(low, label, window, [])).toMatchObject({ y: 508 });
  });

  test("does not leave the picture at the side", () => {
    expect(placeLabel({ ...region, left: 0, right: 10 }, label, window, []).x).toBe(50);
  });

  test("does not cover another", () => {
    const first = placeLabel(region, label, window, []);
    const second = placeLabel({ ...region, left: 240, right: 300 }, label, window, [first]);
    expect(second.y).toBeGreaterThanOrEqual(first.y + first.height);
  });
});
