/** Ask the station again and again while somebody looks. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Why the last question came to nothing, in the station's words; "" = it did not. */
export const trouble = signal("");

/** Ask at once and then `everyMs` after each answer, while the part is shown and the tab is seen. */
export function usePolled(ask: () => Promise<void>, everyMs: number): void {
  useEffect(() => poll(ask, everyMs), [ask, everyMs]);
}

function poll(ask: () => Promise<void>, everyMs: number): () => void {
  let timer = 0;
  let over = false;
  const turn = async () => {
    if (!document.hidden) await tried(ask);
    if (!over) timer = window.setTimeout(turn, everyMs);
  };
  void turn();
  return () => {
    over = true;
    clearTimeout(timer);
  };
}

/** Whether it went well; else `trouble` says why not. */
export async function tried(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    trouble.value = "";
    return true;
  } catch (error) {
    trouble.value = error instanceof Error ? error.message : String(error);
    return false;
  }
}
