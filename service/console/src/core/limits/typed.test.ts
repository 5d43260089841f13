import { expect, test } from "vitest";
import { numberOf, typedNumber } from "./typed";

test.each([
  ["0.45", 0.45],
  ["0,45", 0.45],
  [" −3 ", -3],
  ["1 200", 1200],
  [".5", 0.5],
  ["1e-3", 0.001],
  ["", null],
  ["  ", null],
  ["abc", undefined],
  ["1.2.3", undefined],
  ["1,200,300", undefined],
])("%j is read as %s", (typed, value) => {
  expect(numberOf(typed)).toBe(value);
});

test("a number is shown as it would be typed", () => {
  expect(typedNumber(0.1 + 0.2)).toBe("0.3");
  expect(typedNumber(null)).toBe("");
});
