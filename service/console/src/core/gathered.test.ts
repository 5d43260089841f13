import { expect, test, vi } from "vitest";
import { Gathered, paced } from "./gathered";

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

test("a browser that is slow with what it got rests before it gets more", () => {
  vi.useFakeTimers();
  let frames: (() => void)[] = [];
  vi.stubGlobal("requestAnimationFrame", (frame: () => void) => frames.push(frame));
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
  const draw = () => {
    const all = frames;
    frames = [];
    for (const frame of all) frame();
  };
  let at = 0;
  const take = vi.fn(() => {
    at += 100; // ms to render it
  });
  const gathered = new Gathered<number>(
    take,
    paced(() => at),
  );
  gathered.add(1);
  draw();
  expect(take).toHaveBeenLastCalledWith([1]);
  draw(); // painted
  gathered.add(2);
  draw();
  vi.advanceTimersByTime(299);
  draw();
  expect(take).toHaveBeenCalledTimes(1);
  gathered.add(3);
  vi.advanceTimersByTime(1);
  draw();
  expect(take).toHaveBeenLastCalledWith([2, 3]);
  vi.useRealTimers();
  vi.unstubAllGlobals();
});
