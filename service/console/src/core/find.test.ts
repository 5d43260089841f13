import { expect, test } from "vitest";
import { closeness } from "./find";

test("all words must be there, in any order", () => {
  expect(closeness("Pin 3 width", "width pin")).not.toBeNull();
  expect(closeness("Pin 3 width", "width pin 4")).toBeNull();
});

test("the beginning of a name, then of a word, then anywhere", () => {
  const places = ["modbus.port", "port", "report"].map((name) => closeness(name, "port") ?? 9);
  expect(places[1]).toBeLessThan(places[0] ?? 0);
  expect(places[0]).toBeLessThan(places[2] ?? 0);
});

test("accents, case and signs do not matter", () => {
  expect(closeness("Prüfen: TRIGGER_READY", "prufen trigger ready")).not.toBeNull();
});

test("nothing typed fits everything", () => {
  expect(closeness("Run", "")).not.toBeNull();
});
