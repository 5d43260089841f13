import { describe, expect, test } from "vitest";
import { began, changed, redone, settled, undone } from "./past";

describe("what was edited", () => {
  test("is undone to the beginning and done again", () => {
    const edited = changed(changed(began("a"), "b", 0), "c", 1);
    const first = undone(undone(edited));
    expect(first.now).toBe("a");
    expect(undone(first)).toBe(first);
    expect(redone(redone(first)).now).toBe("c");
  });

  test("forgets what was undone when something else is done", () => {
    const other = changed(undone(changed(began("a"), "b", 0)), "x", 1);
    expect(redone(other).now).toBe("x");
    expect(undone(other).now).toBe("a");
  });

  test("joins a run of nudges into one step", () => {
    let past = began(0);
    for (let i = 1; i <= 5; i++) past = changed(past, i, i * 400, "nudge");
    expect(past.before).toEqual([0]);
    past = changed(past, 6, 5 * 400 + 501, "nudge");
    expect(past.before).toEqual([0, 5]);
  });

  test("joins what one pull does, however long it takes", () => {
    const past = changed(changed(began(0), 1, 0, "pull", true), 2, 9000, "pull", true);
    expect(past.before).toEqual([0]);
    expect(changed(settled(past), 3, 9001, "pull", true).before).toEqual([0, 2]);
  });

  test("keeps steps apart that are of different things, or were settled", () => {
    const past = changed(changed(began(0), 1, 0, "a"), 2, 1, "b");
    expect(past.before).toEqual([0, 1]);
    expect(changed(settled(past), 3, 2, "b").before).toEqual([0, 1, 2]);
  });

  test("keeps the last two hundred steps", () => {
    let past = began(0);
    for (let i = 1; i <= 300; i++) past = changed(past, i, i);
    expect(past.before).toHaveLength(200);
    expect(past.before[0]).toBe(100);
  });
});
