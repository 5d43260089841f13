import { beforeAll, expect, test } from "vitest";
import type { Judgement, Result, StepRow } from "./contract";
import { culprit, reasonOf, worstFirst } from "./reason";
import { speak } from "./texts";

function step(name: string, judgement: Judgement, more: Partial<StepRow> = {}): StepRow {
  const status = { PASS: 1, FAIL: 2, ERROR: 3 }[judgement];
  return {
    name,
    judgement,
    status,
    tool: "caliper",
    instance: 0,
    warn_low: null,
    warn_high: null,
    nominal: null,
    warning: false,
    value: 0.41,
    unit: "mm",
    low: 0.45,
    high: 0.6,
    message: "",
    ...more,
  };
}

function result(judgement: Judgement, steps: StepRow[], reason = "as the station says it"): Result {
  const recipe = { job: 12, recipe: "bracket", recipe_version: 7 };
  const times = { at_us: 0, cycle_us: 0, acquisition_us: 0, processing_us: 0 };
  const made = { part_id: "", order: "", lot: "", shift: "", sort_class: "" };
  const more = { result_seq: 7, reject_class: 0, source: "modbus", image: true, ...made };
  return { number: 48213, judgement, reason, steps, ...recipe, ...times, ...more };
}

beforeAll(() => speak("en"));

test("failing steps come first, then errors, the rest in the recipe's order", () => {
  const steps = [step("a", "PASS"), step("b", "ERROR"), step("c", "PASS"), step("d", "FAIL")];
  expect(worstFirst(steps).map(({ name }) => name)).toEqual(["d", "b", "a", "c"]);
});

test("a value out of limits is said with its step and number", () => {
  expect(reasonOf(result("FAIL", [step("Pin 3", "FAIL", { status: 5 })]))).toBe(
    "Pin 3 is too low: 0.41\u00a0mm",
  );
});

test("what has no number is said as the station says it", () => {
  expect(reasonOf(result("ERROR", [step("Pin 3", "ERROR", { value: null })]))).toBe(
    "as the station says it",
  );
});

test("an ERROR is not explained by a step that failed", () => {
  const steps = [step("Pin 3", "FAIL", { status: 5 }), step("Code", "ERROR", { value: null })];
  expect(culprit(result("ERROR", steps))?.name).toBe("Code");
});

test("of a step that repeats the worst instance is named", () => {
  const pin = (i: number, value: number) =>
    step(`pin[${i}]`, "FAIL", { instance: i, value, status: 5 });
  expect(culprit(result("FAIL", [pin(2, 0.44), pin(9, 0.3), pin(4, 0.41)]))?.name).toBe("pin[9]");
});

test("what was run explains a result rather than what was not", () => {
  const steps = [step("liner", "FAIL", { status: 0, value: null }), step("caps", "FAIL")];
  expect(culprit(result("FAIL", steps))?.name).toBe("caps");
});

test("a PASS counts the steps that ran", () => {
  expect(reasonOf(result("PASS", [step("a", "PASS"), step("b", "PASS", { status: 0 })]))).toBe(
    "1 of 1 step",
  );
});
