import { expect, test } from "vitest";
import { barPlaces } from "./limits";

test("two limits take the middle half", () => {
  expect(barPlaces(0.45, 0.45, 0.6)).toEqual({ low: 25, high: 75, at: 25, outside: false });
  expect(barPlaces(0.6, 0.45, 0.6)).toMatchObject({ at: 75, outside: false });
});

test("a value just beyond its limit is outside", () => {
  expect(barPlaces(0.6 + 1e-9, 0.45, 0.6)?.outside).toBe(true);
});

test("a value far away stays on the bar", () => {
  expect(barPlaces(1000, 0, 1)?.at).toBe(97);
  expect(barPlaces(-1000, 0, 1)?.at).toBe(3);
});

test("one limit leaves the other side open", () => {
  expect(barPlaces(0.8, 0.8, null)).toEqual({ low: 25, high: null, at: 25, outside: false });
  expect(barPlaces(3, null, 2)).toMatchObject({ low: null, high: 75, outside: true });
});

test.each([
  [null, 1, 2],
  [5, null, null],
  [5, 5, 5],
])("no bar for value %s with limits %s and %s", (value, low, high) => {
  expect(barPlaces(value, low, high)).toBeNull();
});
