import { expect, test } from "vitest";
import { histogram } from "./histogram";
import type { Seen } from "./limit";

const scale = { low: 0, high: 10, log: false };
const seen = (label: Seen["label"], ...values: number[]): Seen => ({ label, values, fails: false });

test("good, bad and unlabelled values are counted apart, what is outside at the ends", () => {
  const { bins, up, down, width } = histogram(
    [seen("good", 1, 1.5), seen("bad", 1.2, 99), seen(null, 1.1), seen("good", -5)],
    scale,
    10,
  );
  expect(width).toBe(0.1);
  expect(bins).toEqual([
    { place: 0, good: 1, bad: 0, unlabelled: 0 },
    { place: 0.1, good: 2, bad: 1, unlabelled: 1 },
    { place: 0.9, good: 0, bad: 1, unlabelled: 0 },
  ]);
  expect([up, down]).toEqual([3, 1]);
});

test("nothing seen gives nothing to draw", () => {
  expect(histogram([], scale)).toMatchObject({ bins: [], up: 0, down: 0 });
});
