import { expect, test } from "vitest";
import { whole } from "./told";

const told = {
  number: 7,
  result_seq: 7,
  judgement: "PASS",
  reason: "",
  job: 1,
  recipe: "bracket",
  recipe_version: 2,
  part_id: "A-1",
  at_us: 1,
  cycle_us: 2,
  acquisition_us: 3,
  processing_us: 4,
  reject_class: 0,
  source: "modbus",
  image: true,
} as const;
const step = {
  name: "light",
  tool: "brightness",
  judgement: "PASS",
  status: 1,
  value: 5,
  unit: "",
  low: null,
  high: 9,
  message: "",
} as const;

test("what was left out is as it is by default", () => {
  const unsaid = { order: "", lot: "", shift: "", sort_class: "" };
  expect(whole(told)).toEqual({ ...told, steps: [], ...unsaid });
  expect(whole({ ...told, steps: [step] }).steps).toEqual([
    { ...step, instance: 0, warn_low: null, warn_high: null, nominal: null, warning: false },
  ]);
});

test("what was told stays", () => {
  const warned = { ...step, instance: 3, warn_high: 6, nominal: 4, warning: true };
  const got = whole({ ...told, lot: "L-7", steps: [warned] });
  expect(got.lot).toBe("L-7");
  expect(got.steps).toEqual([{ ...warned, warn_low: null }]);
});
