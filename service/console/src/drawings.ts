/** What was found on parts of the past: of those this page saw being judged, and of those it asked for. */
import { signal } from "@preact/signals";
import { get } from "./core/api";
import type { Drawing, FrameHeader } from "./core/contract";
import { KEPT } from "./station";

const known = signal<ReadonlyMap<number, Drawing>>(new Map());
const asked = new Map<number, Promise<Drawing | null>>();

/** What to draw on a part, where it is known already. */
export function drawingOf(number: number): Drawing | undefined {
  return known.value.get(number);
}

/** Take it from the live stream. */
export function remember(header: FrameHeader): void {
  const { inspection_id: number, width, height, overlays } = header;
  if (number !== null) keep({ number, width, height, overlays });
}

/** Ask the station, once for each part; null = it has none, or cannot be asked. */
export async function learn(number: number): Promise<Drawing | null> {
  const here = known.value.get(number);
  if (here) return here;
  const answer = asked.get(number) ?? ask(number);
  asked.set(number, answer);
  return answer;
}

async function ask(number: number): Promise<Drawing | null> {
  try {
    const drawing = await get<Drawing>(`inspections/${number}/overlays`);
    keep(drawing);
    return drawing;
  } catch (error) {
    console.warn(`what was found on inspection ${number} was not had`, error);
    return null;
  } finally {
    asked.delete(number);
  }
}

/** As many as the filmstrip shows, the newest asked for last. */
function keep(drawing: Drawing): void {
  const rest = [...known.value].filter(([number]) => number !== drawing.number).slice(1 - KEPT);
  known.value = new Map([...rest, [drawing.number, drawing]]);
}
