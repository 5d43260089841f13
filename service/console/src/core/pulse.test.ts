import { expect, test, vi } from "vitest";
import { Pulse } from "./pulse";

const seen = (hidden: boolean) => vi.stubGlobal("document", { hidden });

test("an answer is a word, silence and a refusal are none", async () => {
  seen(false);
  const heard = vi.fn();
  let answer: () => void = () => {};
  const hangs = new Pulse(heard, () => new Promise<void>((done) => (answer = done)));
  const first = hangs.take();
  await hangs.take(); // one question at a time
  expect(heard).not.toHaveBeenCalled();
  answer();
  await first;
  expect(heard).toHaveBeenCalledOnce();
  await new Pulse(heard, () => Promise.reject(new Error("503"))).take();
  expect(heard).toHaveBeenCalledOnce();
});

test("a page that nobody sees asks nothing", async () => {
  seen(true);
  const ask = vi.fn(async () => {});
  await new Pulse(() => {}, ask).take();
  expect(ask).not.toHaveBeenCalled();
});
