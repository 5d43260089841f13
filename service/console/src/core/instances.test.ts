import { expect, test } from "vitest";
import type { Judgement, StepRow } from "./contract";
import { baseOf, labelNames, linesOf, MOST_LISTED } from "./instances";

function step(name: string, judgement: Judgement = "PASS", more: Partial<StepRow> = {}): StepRow {
  const status = { PASS: 1, FAIL: 2, ERROR: 3 }[judgement];
  const plain = { tool: "caliper", instance: 0, value: 0.5, unit: "mm", low: 0.45, high: 0.55 };
  const unwarned = { warn_low: null, warn_high: null, nominal: null, warning: false };
  return { name, judgement, status, message: "", ...plain, ...unwarned, ...more };
}

function pin(i: number, judgement: Judgement, value: number | null, more: Partial<StepRow> = {}) {
  return step(`pin[${i}]`, judgement, { instance: i, value, ...more });
}

const shown = (steps: StepRow[]) =>
  linesOf(steps).map(({ name, count, step: { value } }) => [name, count, value]);

test("steps that do not repeat are lines of their own", () => {
  expect(shown([step("a"), step("pin 3"), step("c", "FAIL")])).toEqual([
    ["a", 1, 0.5],
    ["pin 3", 1, 0.5],
    ["c", 1, 0.5],
  ]);
});

test("instances that pass share a line with the one closest to its limits", () => {
  const steps = [pin(1, "PASS", 0.5), pin(2, "PASS", 0.46), pin(3, "PASS", 0.53), step("code")];
  expect(shown(steps)).toEqual([
    ["pin", 3, 0.46],
    ["code", 1, 0.5],
  ]);
});

test("what is not good is listed each, the worst first", () => {
  const bad = [pin(2, "FAIL", 0.44), pin(9, "FAIL", 0.3)];
  expect(shown([...bad, pin(1, "PASS", 0.5), pin(3, "PASS", 0.5)])).toEqual([
    ["pin[9]", 1, 0.3],
    ["pin[2]", 1, 0.44],
    ["pin", 2, 0.5],
  ]);
});

test("a hundred bad ones do not bury the rest", () => {
  const many = Array.from({ length: 100 }, (_, i) => pin(i + 1, "FAIL", 0.4 - i / 1000));
  const lines = shown(many);
  expect(lines.length).toBe(MOST_LISTED);
  expect(lines[0]).toEqual(["pin[100]", 1, 0.4 - 99 / 1000]);
  expect(lines.at(-1)?.slice(0, 2)).toEqual(["pin", 100 - MOST_LISTED + 1]);
  const labels = [...labelNames(many)];
  expect(labels.slice(0, 2)).toEqual([
    ["pin[100]", "pin[100]"],
    ["pin[99]", "[99]"],
  ]);
  expect(labels.length).toBe(MOST_LISTED);
});

test("those that were not run share a line, and a single one keeps its number", () => {
  const left = [1, 2].map((i) => pin(i, "FAIL", null, { status: 0 }));
  expect(shown([...left, pin(3, "FAIL", 0.3), pin(4, "PASS", 0.5)])).toEqual([
    ["pin", 2, null],
    ["pin[3]", 1, 0.3],
    ["pin[4]", 1, 0.5],
  ]);
});

test("only the instance's own number is taken off a name", () => {
  expect(baseOf(step("pin[3]", "PASS", { instance: 3 }))).toBe("pin");
  expect(baseOf(step("pin 3"))).toBe("pin 3");
});
