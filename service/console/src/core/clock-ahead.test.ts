import { expect, test } from "vitest";
import { ClockAhead, median } from "./clock-ahead";

test("nobody was asked: nothing is known", () => {
  expect(new ClockAhead().ms).toBeNull();
});

test("the quickest answer counts, whenever it came", () => {
  const ahead = new ClockAhead();
  ahead.hear(1000, 1500, 1040); // the way there took longer than the way back
  ahead.hear(2000, 2504, 2008);
  ahead.hear(3000, 3700, 3400);
  expect(ahead.ms).toBe(500);
});

test("a clock of ours that was set back meanwhile is not believed", () => {
  const ahead = new ClockAhead();
  ahead.hear(5000, 5000, 4000);
  expect(ahead.ms).toBeNull();
});

test("the median is the middle one of those that are there", () => {
  expect(median([30, 1, 2])).toBe(2);
  expect(median([])).toBeNull();
});
