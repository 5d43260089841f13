import { expect, test } from "vitest";
import { isChord, isSingle, type Pressed } from "./chord";

function press(key: string, held: Partial<Pressed> = {}): Pressed {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...held };
}

test("a letter is itself, also with caps lock, but not with Ctrl, Alt or Shift", () => {
  expect(isChord("F", press("f"))).toBe(true);
  expect(isChord("F", press("F"))).toBe(true);
  for (const held of ["ctrlKey", "altKey", "metaKey", "shiftKey"] as const) {
    expect(isChord("F", press("f", { [held]: true }))).toBe(false);
  }
});

test("signs are as they are typed, on whatever keyboard", () => {
  expect(isChord("?", press("?", { shiftKey: true }))).toBe(true);
  expect(isChord("+", press("+"))).toBe(true);
  expect(isChord("+", press("+", { shiftKey: true }))).toBe(true);
  expect(isChord("Ctrl++", press("+", { ctrlKey: true }))).toBe(true);
});

test("Ctrl is Command on a Mac, and Shift counts beside it", () => {
  expect(isChord("Ctrl+Z", press("z", { metaKey: true }))).toBe(true);
  expect(isChord("Ctrl+Z", press("Z", { ctrlKey: true, shiftKey: true }))).toBe(false);
  expect(isChord("Ctrl+Shift+Z", press("Z", { ctrlKey: true, shiftKey: true }))).toBe(true);
});

test("keys with names", () => {
  expect(isChord("ArrowLeft", press("ArrowLeft"))).toBe(true);
  expect(isChord("Shift+ArrowLeft", press("ArrowLeft"))).toBe(false);
});

test("only a single sign can be switched off", () => {
  expect(isSingle("F")).toBe(true);
  expect(isSingle("?")).toBe(true);
  expect(isSingle("Ctrl+Z")).toBe(false);
  expect(isSingle("Escape")).toBe(false);
});
