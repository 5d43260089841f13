import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Alarm } from "../core/contract";
import { alarms, standing } from "../station";
import { acknowledge, refused, unseen, waiting } from "./acknowledge";

const alarm = (number: number, more: Partial<Alarm> = {}) =>
  ({ number, active: true, acknowledged: false, ...more }) as unknown as Alarm;
const numbers = (some: readonly Alarm[]) => some.map(({ number }) => number);

function answers(body: unknown, status = 200): void {
  const kind = status === 200 ? "application/json" : "application/problem+json";
  const init = { status, headers: { "content-type": kind } };
  vi.stubGlobal("document", { baseURI: "http://station:5000/" });
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(JSON.stringify(body), init)),
  );
}

beforeEach(() => {
  vi.useFakeTimers();
  standing.value = [alarm(101), alarm(603, { acknowledged: true }), alarm(704)];
  refused.value = null;
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

test("those that nobody acknowledged are known, in the station's order", () => {
  expect(numbers(unseen.value)).toEqual([101, 704]);
});

test("an alarm that is acknowledged stays active and is no longer unseen", async () => {
  answers([alarm(101, { acknowledged: true }), alarm(704)]);
  await acknowledge(101);
  expect(fetch).toHaveBeenCalledWith(
    "http://station:5000/api/v1/alarms/101/acknowledge",
    expect.objectContaining({ method: "POST", body: "{}" }),
  );
  expect(numbers(alarms.value)).toEqual([101, 704]);
  expect(numbers(unseen.value)).toEqual([704]);
});

test("an alarm that is over and waits to be confirmed is not shown any more", async () => {
  answers([alarm(101, { acknowledged: true, active: false }), alarm(704)]);
  await acknowledge(101);
  expect(numbers(alarms.value)).toEqual([704]);
  expect(numbers(waiting.value)).toEqual([]);
});

test("an alarm that is over waits for its acknowledgement, and is neither active nor unseen", async () => {
  standing.value = [alarm(101, { active: false }), alarm(201, { active: false }), alarm(704)];
  expect(numbers(waiting.value)).toEqual([101, 201]);
  expect([numbers(alarms.value), numbers(unseen.value)]).toEqual([[704], [704]]);
  answers([alarm(101, { active: false, acknowledged: true }), alarm(201, { active: false })]);
  await acknowledge(101);
  expect(numbers(waiting.value)).toEqual([201]);
});

test("a refusal is told with its alarm for eight seconds, and nothing is changed", async () => {
  answers({ title: "Forbidden", detail: "An observer may not acknowledge." }, 403);
  await acknowledge(101);
  expect(refused.value).toEqual({ number: 101, reason: "An observer may not acknowledge." });
  expect(numbers(unseen.value)).toEqual([101, 704]);
  vi.advanceTimersByTime(7999);
  expect(refused.value).not.toBeNull();
  vi.advanceTimersByTime(1);
  expect(refused.value).toBeNull();
});

test("two presses ask once", async () => {
  answers([alarm(704)]);
  await Promise.all([acknowledge(101), acknowledge(101)]);
  expect(fetch).toHaveBeenCalledTimes(1);
});
