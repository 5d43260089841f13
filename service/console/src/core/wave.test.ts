import { expect, it } from "vitest";
import type { Wave } from "./contract";
import { eventsOf, highs, lanePath, nextEvent, snapped, ticks, zoomed } from "./wave";

const lane = { name: "Trigger", address: "HR 0.1", level: false, edges_us: [250, 500] };
const span = { from: 0, to: 1000 };

it("draws a lane from level to level", () => {
  expect(lanePath(lane, span, 7, 13)).toBe("M0 20H250V7H500V20H1000");
  expect(highs(lane, span)).toEqual([{ x: 250, width: 250 }]);
  expect(highs({ ...lane, level: true }, span)).toEqual([
    { x: 0, width: 250 },
    { x: 500, width: 500 },
  ]);
  expect(highs(lane, { from: 400, to: 600 })).toEqual([{ x: 0, width: 500 }]);
});

it("counts time in round steps from the trigger", () => {
  expect(ticks({ from: 0, to: 130_000 }, 10_000, 6)).toEqual([10_000, 60_000, 110_000]);
});

it("steps and snaps to edges and requests", () => {
  const wave = { lanes: [lane], requests: [{ at_us: 400 }, { at_us: 500 }] } as unknown as Wave;
  const events = eventsOf(wave);
  expect(events).toEqual([250, 400, 500]);
  expect(nextEvent(events, 250, true)).toBe(400);
  expect(nextEvent(events, 250, false)).toBe(250);
  expect(snapped(events, 410, 20)).toBe(400);
  expect(snapped(events, 450, 20)).toBe(450);
});

it("zooms about a time and stays inside", () => {
  expect(zoomed(span, 0.5, 500, 1000)).toEqual({ from: 250, to: 750 });
  expect(zoomed({ from: 250, to: 750 }, 4, 500, 1000)).toEqual(span);
  expect(zoomed(span, 0.5, 1000, 1000)).toEqual({ from: 500, to: 1000 });
});
