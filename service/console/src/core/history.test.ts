import { describe, expect, test } from "vitest";
import type { Result } from "./contract";
import { dayStart, filterOf, matches, queryOf } from "./history";

const NOW = Date.UTC(2026, 10, 27, 13, 30);
const result = {
  judgement: "FAIL",
  job: 12,
  recipe_version: 7,
  reject_class: 3,
  part_id: "P1",
  order: "O1",
  lot: "L1",
  shift: "early",
  at_us: NOW * 1000,
  image: true,
  steps: [{ name: "pin 3", tool: "caliper", judgement: "FAIL" }],
} as unknown as Result;

const filter = (query: string) => filterOf(new URLSearchParams(query));

describe("the filter of the history", () => {
  test("an empty address asks for what did not pass today", () => {
    expect(filter("")).toEqual({ shown: "NOT_PASSED", time: "today", fields: {} });
  });

  test("what an address does not know is left out", () => {
    expect(filter("judgement=GOOD&time=ever&colour=red&job=12").fields).toEqual({ job: "12" });
  });

  test("becomes the station's query", () => {
    expect(queryOf(filter("judgement=ALL&time=all&job=12"), NOW, "UTC").toString()).toBe("job=12");
    const day = Date.UTC(2026, 10, 27) * 1000;
    expect(queryOf(filter("tool=pin+3"), NOW, "UTC").toString()).toBe(
      `judgement=NOT_PASSED&tool=pin+3&since=${day}`,
    );
    expect(queryOf(filter("tool=pin+3&time=all"), NOW, "UTC", ["judgement", "tool"]).size).toBe(0);
  });

  test("a time of its own goes before a named one", () => {
    expect(queryOf(filter("judgement=ALL&since=5&until=9"), NOW, "UTC").toString()).toBe(
      "since=5&until=9",
    );
  });

  test.each([
    "",
    "job=12",
    "tool=caliper",
    "any_id=L1",
    "shift=early",
    "verdict=none",
    "version=7",
  ])("takes a fresh result that fits: %s", (query) =>
    expect(matches(result, filter(query))).toBe(true),
  );

  test.each(["judgement=PASS", "job=13", "tool=pin+4", "any_id=L2", "until=5", "verdict=real"])(
    "leaves out one that does not: %s",
    (query) => expect(matches(result, filter(query))).toBe(false),
  );
});

describe("the station's midnight", () => {
  test("is of its zone", () => {
    expect(dayStart(NOW, "Asia/Kolkata")).toBe(Date.UTC(2026, 10, 26, 18, 30));
  });

  test("holds on the days when clocks change", () => {
    expect(dayStart(Date.UTC(2026, 9, 25, 12), "Europe/Berlin")).toBe(Date.UTC(2026, 9, 24, 22));
    expect(dayStart(Date.UTC(2026, 2, 29, 12), "Europe/Berlin")).toBe(Date.UTC(2026, 2, 28, 23));
  });
});
