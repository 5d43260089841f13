import { expect, test } from "vitest";
import { hashOf, routeOf } from "./page";

test("an address names the page, what is in it, and how it is filtered", () => {
  const { page, path, query } = routeOf("#/system/48213?judgement=FAIL&part=a%26b");
  expect([page, path, query.get("judgement"), query.get("part")]).toEqual([
    "system",
    ["48213"],
    "FAIL",
    "a&b",
  ]);
});

test.each(["", "#", "#/", "#/nothing", "#run?", "#/%zz/%zz"])("%j is Run", (hash) => {
  expect(routeOf(hash).page).toBe("run");
});

test("what was made is read again", () => {
  const hash = hashOf("system", [12, "ä/b"], { image: "u-1", empty: "" });
  expect(hash).toBe("#/system/12/%C3%A4%2Fb?image=u-1");
  expect(routeOf(hash).path).toEqual(["12", "ä/b"]);
});
