import { beforeAll, expect, test } from "vitest";
import { learnPart, speak } from "../../core/texts";
import { boundWords, countBound, leftWords, limitWords, sizeBound } from "./words";

beforeAll(async () => {
  await speak("en");
  await learnPart("system");
});

test("a limit is told by what happens", () => {
  const setting = "archive.min_free_mb";
  expect(limitWords({ setting, days_left: 3 })).toBe("the disk is nearly full");
  expect(limitWords({ setting: "archive.new_one", days_left: 3 })).toBe("archive.new_one");
});

test("days left", () => {
  expect(leftWords(41.4)).toBe("41\u00a0d");
  expect(leftWords(1.54)).toBe("1.5\u00a0d");
  expect(leftWords(0)).toBe("0\u00a0d");
  expect(leftWords(null)).toBe("never");
});

test("what a class is limited by", () => {
  expect(boundWords(30, sizeBound(20_000_000_000))).toBe("30\u00a0d · 20.0\u00a0GB");
  expect(boundWords(null, sizeBound(500_000_000))).toBe("500\u00a0MB");
  expect(boundWords(null, countBound(1000))).toBe("1\u202f000 results");
  expect(boundWords(null, null)).toBe("no limit");
});
