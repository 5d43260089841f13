import { expect, test } from "vitest";
import type { MeasuredImage } from "../contract";
import { eachOnce, measuredBy, seenOf } from "./gathered";

function image(kind: MeasuredImage["kind"], name: string, more: object = {}): MeasuredImage {
  const plain = { kind, name, label: null, picture: "/p", lossy: false, known: true, message: "" };
  return { ...plain, ...more };
}

test("what was found of a measure, in each region; what was not found fails", () => {
  const found = image("inspection", "7", { values: { width: [1, null, 2] } });
  expect(seenOf(found, "width", "good")).toEqual({ label: "good", values: [1, 2], fails: false });
  expect(seenOf(found, "score", null)).toEqual({ label: null, values: [], fails: true });
  expect(seenOf(image("inspection", "7", { known: false }), "width", null)).toBeNull();
});

test("an inspection that was labelled is one part", () => {
  const all = [image("teaching", "a.png"), image("reference", "7"), image("inspection", "7")];
  expect(eachOnce(all, () => 7).map(({ kind }) => kind)).toEqual(["teaching", "reference"]);
  expect(eachOnce(all, () => null)).toEqual(all);
});

test("limits decide over no value, gain and offset do", () => {
  const by = (limits: object) => measuredBy({ steps: [{ limits }] });
  expect(by({ width: { low: 1 } })).toBe(by({ width: { low: 2 } }));
  expect(by({ width: { low: 1, gain: 2 } })).not.toBe(by({ width: { low: 1 } }));
});
