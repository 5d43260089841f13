/** What is not saved yet, kept in this browser: a station that was killed, a reload or a session's end lose nothing. */
import type { RecipeContent } from "../core/recipe";

export interface Kept {
  readonly etag: string; // of the draft that the edit began with
  readonly content: RecipeContent;
  readonly at: number; // ms
}

const FORMAT = 1;

export function keep(job: number, kept: Kept): void {
  try {
    localStorage.setItem(keyOf(job), JSON.stringify({ format: FORMAT, ...kept }));
  } catch {
    // Full, or forbidden: the edit goes on, it is only not kept.
  }
}

export function recall(job: number): Kept | null {
  try {
    const kept = JSON.parse(localStorage.getItem(keyOf(job)) ?? "null");
    return kept?.format === FORMAT && Array.isArray(kept.content?.steps) ? kept : null;
  } catch {
    return null;
  }
}

export function forget(job: number): void {
  try {
    localStorage.removeItem(keyOf(job));
  } catch {
    // Nothing was kept then.
  }
}

/** Stations behind one proxy share an origin, not a path. */
function keyOf(job: number): string {
  return `draft ${new URL(".", document.baseURI).pathname} ${job}`;
}
