import { expect, test } from "vitest";
import { yieldByHour } from "./hours";

const hour = (hour_us: number, job: number, pass: number, total: number) => ({
  hour_us,
  job,
  pass,
  total,
  fail: total - pass,
  error: 0,
});

test("jobs of one hour are one share, hours come oldest first, an empty hour says nothing", () => {
  const hours = [hour(2, 1, 9, 10), hour(1, 1, 3, 4), hour(1, 2, 0, 4), hour(3, 1, 0, 0)];
  expect(yieldByHour(hours)).toEqual([37.5, 90]);
});
