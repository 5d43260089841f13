/** The log's newest lines as they are asked for, followed while somebody looks. */
import { signal } from "@preact/signals";
import { get } from "../../core/api";
import type { LogLine, LogLines } from "../../core/contract";
import { reasonOf } from "../asked";

export type Level = LogLine["level"];

const EVERY_MS = 1000;
const MOST = 1000; // lines that are shown

export const least = signal<Level>("info");
export const wanted = signal(""); // a text that stands in the line
export const following = signal(true);
export const lines = signal<readonly LogLine[]>([]);
export const trouble = signal("");

let newest = 0;
let asked = 0; // only the answer to the newest question counts

/** Ask for all that fits, then for what has come since, until the returned function is called. */
export function watchLines(): () => void {
  void begin();
  const timer = setInterval(() => void (following.value && more(newest)), EVERY_MS);
  return () => clearInterval(timer);
}

/** Another filter: from the beginning. */
export function begin(): Promise<void> {
  return more(0);
}

async function more(after: number): Promise<void> {
  const question = ++asked;
  const query = new URLSearchParams({
    after: String(after),
    level: least.value,
    text: wanted.value,
    limit: String(MOST),
  });
  try {
    const said = await get<LogLines>(`log/lines?${query}`);
    if (question !== asked) return;
    trouble.value = "";
    if (said.newest < after) return void more(0); // another generation counts anew
    newest = said.newest;
    lines.value = joined(after === 0 ? [] : lines.value, said.lines);
  } catch (error) {
    if (question === asked) trouble.value = reasonOf(error);
  }
}

/** The newest of both, oldest first. */
export function joined(kept: readonly LogLine[], fresh: readonly LogLine[]): readonly LogLine[] {
  return fresh.length === 0 ? kept : [...kept, ...fresh].slice(-MOST);
}
