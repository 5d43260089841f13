/** What can be forced, what is forced now, and how to change that. */
import { computed, signal } from "@preact/signals";
import { get, post, remove } from "../core/api";
import type { Forced, ForcePoint, Forcing } from "../core/contract";
import { state } from "../station";

export const DEFAULT_S = 60;
export const LONGEST_S = 600;

export const points = signal<readonly ForcePoint[]>([]);
const standing = signal<readonly Forced[]>([]);

/** By point; nothing once the station says that nothing is. */
export const forces = computed<ReadonlyMap<string, Forced>>(
  () => new Map(state.value?.forced ? standing.value.map((one) => [one.point, one]) : []),
);

/** The point that somebody is about to force; "" = any, null = nobody asks. */
export const asked = signal<string | null>(null);

/** What can be forced changes with the settings alone: asked once. */
export async function learnPoints(): Promise<void> {
  if (points.value.length === 0) points.value = (await get<Forcing>("forces/points")).points;
}

export async function learnForces(): Promise<void> {
  standing.value = await get<Forced[]>("forces");
}

export async function force(
  point: string,
  value: boolean | number | string,
  seconds: number,
): Promise<void> {
  standing.value = await post<Forced[]>("forces", { point, value, seconds });
}

export async function endForce(point: string): Promise<void> {
  standing.value = await remove<Forced[]>(`forces/${encodeURIComponent(point)}`);
}

/** Bits that a PLC pulses, and that can be pulsed in its place. */
export const PULSES: ReadonlySet<string> = new Set(["Trigger", "ResultsAck", "ClearError"]);

export async function pulse(input: string): Promise<void> {
  state.value = await post("simulation", { input });
}

/** The points that a row of the table shows: of an array its elements. */
export function pointsOf(tag: string): ForcePoint[] {
  return points.value.filter((point) => point.tag === tag);
}
