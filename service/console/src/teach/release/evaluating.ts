/** A draft tried on many images: begun, followed, cancelled, read. */
import { computed, signal } from "@preact/signals";
import { get, post, remove } from "../../core/api";
import type { Evaluation, EvaluationResult } from "../../core/contract";
import { sinceMs, type Times } from "../../core/history";
import { reasonsOf } from "../../core/told-wrong";
import { hello, stationNow } from "../../station";

const EVERY_MS = 500;

/** Which stored inspections: the newest so many; of the other fields what is empty asks nothing. */
export interface Choice {
  readonly last: number;
  readonly judgement: "" | "PASS" | "FAIL" | "ERROR";
  readonly job: number | null; // that judged them; null: the recipe's own
  readonly time: Times;
  readonly order: string;
  readonly lot: string;
  readonly shift: string;
}

export const EVERY: Choice = {
  last: 200,
  judgement: "",
  job: null,
  time: "all",
  order: "",
  lot: "",
  shift: "",
};

export const run = signal<Evaluation | null>(null);
export const result = signal<EvaluationResult | null>(null);
export const problems = signal<readonly string[]>([]);
export const running = computed(() => run.value?.state === "running");

let timer = 0;

/** The newest evaluation of this job's draft, with its result; one that runs is followed. */
export async function recall(job: number): Promise<void> {
  forget();
  await told(async () => {
    const all = await get<Evaluation[]>("evaluations");
    const newest = all.find((one) => one.job === job && isOurs(one));
    if (newest) await follow(newest);
  });
}

/** Judge with the draft, and with what is in production where there is anything. */
export async function begin(job: number, choice: Choice, released: boolean): Promise<void> {
  forget();
  await told(async () => {
    const asked = { job, version: "draft", stored: storedBy(choice) };
    await follow(
      await post("evaluations", { ...asked, ...(released && { against: "production" }) }),
    );
  });
}

function storedBy({ last, job, time, ...choice }: Choice): object {
  const since = sinceMs(time, stationNow.peek(), hello.peek()?.zone);
  const asked = Object.entries(choice).map(([name, value]) => [name, value.trim()] as const);
  return {
    last,
    ...Object.fromEntries(asked.filter(([, value]) => value !== "")),
    ...(job !== null && { job }),
    ...(since !== null && { since: Math.round(since * 1000) }),
  };
}

export async function cancel(): Promise<void> {
  const now = run.value;
  if (now) await told(async () => void (await remove(`evaluations/${now.number}`)));
}

/** Nothing is followed any more. */
export function forget(): void {
  clearTimeout(timer);
  run.value = null;
  result.value = null;
  problems.value = [];
}

/** Of the draft over stored images, and not one that came to nothing. */
function isOurs({ version, images, state }: Evaluation): boolean {
  return (
    version === "draft" && images.startsWith("stored") && (state === "running" || state === "done")
  );
}

async function follow(now: Evaluation): Promise<void> {
  run.value = now;
  problems.value = now.problems ?? [];
  if (now.state === "done") result.value = await get(`evaluations/${now.number}/result`);
  if (now.state !== "running") return;
  clearTimeout(timer);
  timer = window.setTimeout(() => {
    void told(async () => {
      const next = await get<Evaluation>(`evaluations/${now.number}`);
      if (run.value?.number === next.number) await follow(next);
    });
  }, EVERY_MS);
}

async function told(ask: () => Promise<void>): Promise<void> {
  try {
    await ask();
  } catch (problem) {
    problems.value = reasonsOf(problem);
  }
}
