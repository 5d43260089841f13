/** Which alarms nobody has acknowledged yet; acknowledging one, and what the station said against it. */
import { computed, signal } from "@preact/signals";
import { post } from "../core/api";
import type { Alarm } from "../core/contract";
import { alarms, askForAlarms, standing } from "../station";

const SHOWN_MS = 8000;
const asking = new Set<number>();
let shownUntil: ReturnType<typeof setTimeout> | undefined;

/** In the station's order. */
export const unseen = computed(() => alarms.value.filter(({ acknowledged }) => !acknowledged));

/** Over before anybody acknowledged them, in the station's order. */
export const waiting = computed(() =>
  standing.value.filter(({ active, acknowledged }) => !active && !acknowledged),
);

/** The alarm that was not acknowledged, and why; null a few seconds later. */
export const refused = signal<{ number: number; reason: string } | null>(null);

/** Say that an alarm was seen; it stays active until its cause is gone, one that is over leaves the list. */
export async function acknowledge(number: number): Promise<void> {
  if (asking.has(number)) return;
  asking.add(number);
  const take = askForAlarms();
  try {
    take(await post<Alarm[]>(`alarms/${number}/acknowledge`));
    refused.value = null;
  } catch (error) {
    refused.value = { number, reason: error instanceof Error ? error.message : String(error) };
    clearTimeout(shownUntil);
    shownUntil = setTimeout(() => (refused.value = null), SHOWN_MS);
  } finally {
    asking.delete(number);
  }
}
