/** Which parts' handshakes the station still remembers: those of the last minutes since its start. */
import { signal } from "@preact/signals";
import { get } from "../core/api";
import type { Wave } from "../core/contract";

const oldest = signal<number | null>(null); // number of a part; null: none, or not known

export function isRemembered(number: number): boolean {
  return oldest.value !== null && number >= oldest.value;
}

export async function learnRemembered(): Promise<void> {
  try {
    oldest.value = (await get<Wave>("handshake/wave?seconds=0.01")).oldest;
  } catch (error) {
    console.debug("which handshakes are remembered was not had", error);
  }
}
