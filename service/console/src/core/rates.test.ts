import { expect, it } from "vitest";
import { Rates } from "./rates";

it("is what came since the last look, a second", () => {
  const rates = new Rates();
  expect(rates.of(1000, [["a", 10]]).get("a")).toBeNull();
  expect(rates.of(3000, [["a", 30]]).get("a")).toBe(10);
});

it("is unknown of what is new or began anew", () => {
  const rates = new Rates();
  rates.of(0, [["a", 10]]);
  const found = rates.of(1000, [
    ["a", 3],
    ["b", 7],
  ]);
  expect([found.get("a"), found.get("b")]).toEqual([null, null]);
});
