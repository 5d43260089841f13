/** The measurement whose history is shown: of the step that was chosen in the detail, else of the one that failed. */
import { computed, signal } from "@preact/signals";
import { get } from "../core/api";
import type { Series } from "../core/contract";
import { culprit } from "../core/reason";
import { asked, detail } from "./state";

const LIMIT = 300; // parts
const picked = signal("");

export const chosen = computed(() => {
  const result = detail.value;
  if (!result) return "";
  if (result.steps.some(({ name }) => name === picked.value)) return picked.value;
  const valued = result.steps.find(({ value }) => value !== null);
  const failed = culprit(result);
  return (failed?.value != null ? failed.name : valued?.name) ?? "";
});

export const series = signal<Series | null>(null);

export function choose(step: string): void {
  picked.value = step;
}

/** Of all parts of the time, whatever they were judged: the good ones show what is usual. */
export async function measure(step: string, job: number, signal: AbortSignal): Promise<void> {
  const query = asked([
    "judgement",
    "tool",
    "reject_class",
    "verdict",
    "image",
    "part_id",
    "any_id",
  ]);
  query.set("job", String(job));
  query.set("step", step);
  query.set("limit", String(LIMIT));
  try {
    series.value = await get<Series>(`statistics/measurement?${query}`, signal);
  } catch (error) {
    if (!signal.aborted) console.warn(`no history of ${step}`, error);
  }
}
