/** Which stretch of the handshake is shown, and the two cursors that measure in it. */
import { computed, signal } from "@preact/signals";
import { get } from "../core/api";
import type { Wave } from "../core/contract";
import { eventsOf, type Span, zoomed } from "../core/wave";

export const EVERY_MS = 1000;
const LIVE_S = 5;

export const wave = signal<Wave | null>(null);
export const frozen = signal(false);
export const live = signal(false); // the last seconds, else the newest part
export const span = signal<Span>({ from: 0, to: 1 });
export const cursors = signal<readonly [number, number]>([0, 0]); // A and B, us after the beginning
export const events = computed(() => (wave.value ? eventsOf(wave.value) : []));

/** From where time is counted: the acceptance of the part. */
export const zero = computed(() => wave.value?.part?.accepted_us ?? 0);

export async function refreshWave(): Promise<void> {
  if (frozen.value) return;
  await show(live.value ? `seconds=${LIVE_S}` : "");
}

/** Another part, and stay there. */
export async function showPart(number: number): Promise<void> {
  frozen.value = true;
  live.value = false;
  await show(`number=${number}`);
}

let asked = 0;

/** The newest question has the last word, whichever answer comes last. */
async function show(query: string): Promise<void> {
  asked += 1;
  const own = asked;
  const said = await get<Wave>(`handshake/wave?${query}`);
  if (own === asked) take(said);
}

function take(said: Wave): void {
  const before = wave.value;
  wave.value = said;
  const same = before?.part && said.part && before.part.number === said.part.number;
  if (same && before.length_us === said.length_us) return;
  span.value = { from: 0, to: said.length_us };
  const part = said.part;
  cursors.value = part ? [part.accepted_us, part.offered_us] : [0, said.length_us];
}

export function zoom(factor: number, about?: number): void {
  const { from, to } = span.value;
  const whole = wave.value?.length_us ?? 1;
  span.value = zoomed(span.value, factor, about ?? (from + to) / 2, whole);
}
