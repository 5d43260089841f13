/** What the shift that runs has brought: asked again a while after the counters have changed, and each minute. */
import { effect, signal } from "@preact/signals";
import { get } from "../core/api";
import type { ScopeCounts } from "../core/contract";
import { counters } from "../station";

const AFTER_MS = 2000;
const AT_LEAST_MS = 60_000; // a shift may end without a part

export const shift = signal<ScopeCounts["current"] | null>(null);

/** Returns what ends it. */
export function watchShift(): () => void {
  let later: ReturnType<typeof setTimeout> | undefined;
  const look = () => {
    later = undefined;
    void ask();
  };
  const stop = effect(() => {
    if (counters.value) later ??= setTimeout(look, shift.peek() ? AFTER_MS : 0);
  });
  const each = setInterval(() => void ask(), AT_LEAST_MS);
  return () => {
    stop();
    clearTimeout(later);
    clearInterval(each);
  };
}

async function ask(): Promise<void> {
  try {
    shift.value = (await get<ScopeCounts>("counters/shift")).current;
  } catch (error) {
    console.debug("the shift's counts were not had", error);
  }
}
