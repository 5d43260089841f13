import { expect, test, vi } from "vitest";
import { Gathered } from "./gathered";

test("what comes until the next frame is handed on at once, in order", () => {
  const take = vi.fn();
  const frames: (() => void)[] = [];
  const gathered = new Gathered<number>(take, (hand) => frames.push(hand));
  gathered.add(1);
  gathered.add(2);
  expect(take).not.toHaveBeenCalled();
  expect(frames).toHaveLength(1);
  frames.shift()?.();
  expect(take.mock.calls).toEqual([[[1, 2]]]);
  gathered.add(3);
  frames.shift()?.();
  expect(take).toHaveBeenLastCalledWith([3]);
});
