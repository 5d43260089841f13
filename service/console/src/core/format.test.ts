import { beforeAll, describe, expect, test } from "vitest";
import {
  age,
  bytes,
  clock,
  countdown,
  decimalsOf,
  difference,
  moment,
  number,
  percent,
  quantity,
  showTimesIn,
} from "./format";
import { speak } from "./texts";

test.each([
  [65_000, "1:05"],
  [59_001, "1:00"],
  [900, "0:01"],
  [-5, "0:00"],
])("%d ms still last %s", (ms, said) => expect(countdown(ms)).toBe(said));

describe("in English", () => {
  beforeAll(() => speak("en"));

  test("thousands are parted by a narrow space", () => {
    expect(number(12004)).toBe("12\u202f004");
    expect(number(1234567.5, 1)).toBe("1\u202f234\u202f567.5");
  });

  test("number and unit never part", () => {
    expect(quantity(0.41, "mm")).toBe("0.41\u00a0mm");
    expect(quantity(5, "")).toBe("5");
    expect(percent(99.2)).toBe("99.2\u00a0%");
    expect(quantity(3, "deg")).toBe("3\u00a0°");
  });

  test("clocks are apart by tenths of a second, or by what is larger", () => {
    expect(difference(3200)).toBe("3.2\u00a0s");
    expect(difference(-3200)).toBe("3.2\u00a0s");
    expect(difference(-7_200_000)).toBe("2\u00a0h");
  });

  test("what is unknown is a dash", () => {
    expect(number(null)).toBe("–");
    expect(percent(null)).toBe("–");
    expect(number(Number.NaN)).toBe("–");
  });

  test.each([
    [89_999, "89\u00a0s"],
    [90_000, "1\u00a0min"],
    [5_400_000, "1\u00a0h"],
    [129_600_000, "1\u00a0d"],
    [-5, "0\u00a0s"],
  ])("an age of %d ms is %s", (ms, said) => expect(age(ms)).toBe(said));
});

test("times are shown in the station's zone", () => {
  showTimesIn("Asia/Tokyo");
  const ms = Date.UTC(2026, 0, 31, 20, 5, 7);
  expect(clock(ms)).toContain("05:05:07");
  expect(moment(ms, Date.UTC(2026, 1, 1, 1))).toBe("05:05");
  showTimesIn("Europe/Berlin");
  expect(moment(ms, Date.UTC(2026, 1, 1, 1))).toContain("31");
});

test("in German the decimal sign is a comma", async () => {
  await speak("de");
  expect(number(12004.5, 1)).toBe("12\u202f004,5");
});

test("decimals follow the size", () => {
  expect(decimalsOf(5, 4)).toBe(0);
  expect(decimalsOf(0.41, 0.45, 0.6)).toBe(2);
  expect(decimalsOf(127.43)).toBe(1);
  expect(decimalsOf(0.0123)).toBe(3);
  expect(decimalsOf(null)).toBe(0);
});

test("a size on a disk has three figures", async () => {
  await speak("en");
  expect([0, 4096, 999_600, 20_000_000_000, 123_456_789_012, 3e15].map(bytes)).toEqual([
    "0\u00a0kB",
    "4.1\u00a0kB",
    "1.0\u00a0MB",
    "20.0\u00a0GB",
    "123\u00a0GB",
    "3\u202f000\u00a0TB",
  ]);
});
