import { signal } from "@preact/signals";
import { expect, test } from "vitest";
import { pushed } from "./pushed";

test("an answer is taken where nothing came meanwhile", () => {
  const value = signal("");
  const { push, ask } = pushed(value);
  push("offline");
  const take = ask();
  take("online");
  expect(value.value).toBe("online");
});

test("an answer that was on its way does not replace what came meanwhile", () => {
  const value = signal("");
  const { push, ask } = pushed(value);
  const take = ask();
  push("online");
  take("offline");
  expect(value.value).toBe("online");
});
