/**
 * The draft that is edited: its content, step by step undoable, kept in this browser until it is saved.
 *
 * Saving says which version of the draft it began with. Where somebody else saved meanwhile nothing is written:
 * `conflict` has both, until one of them is chosen.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import { getTagged, Problem, type ProblemItem, post, put } from "../core/api";
import type { Draft } from "../core/contract";
import { began, changed, type Past, redone, settled, undone } from "../core/past";
import type { RecipeContent, Step } from "../core/recipe";
import { text } from "../core/texts";
import { forget, keep, recall } from "./kept";

const KEEP_MS = 250;

interface Saved {
  readonly etag: string;
  readonly content: RecipeContent; // as the station has it
  readonly draft: boolean; // false: there is none yet
  readonly version: number; // that it gets when it is released
  readonly by: string;
  readonly atUs: number; // 0: there is no draft
}

interface Conflict {
  readonly theirs: Draft;
  readonly etag: string;
}

export const job = signal<number | null>(null);
export const saved = signal<Saved | null>(null);
export const saving = signal(false);
export const trouble = signal(""); // why it could not be read or saved
export const conflict = signal<Conflict | null>(null);
export const restored = signal<number | null>(null); // edits of this time (ms) came back from this browser
export const selected = signal<string | null>(null); // the step's name

const past = signal<Past<RecipeContent> | null>(null);
/** Contents that were made before somebody else's draft was taken, with the version that they began with. */
const outdated = new WeakMap<RecipeContent, string>();
const faults = signal<readonly ProblemItem[]>([]); // of the content as it was last checked

export const draft = computed(() => past.value?.now ?? null);
export const steps = computed<readonly Step[]>(() => draft.value?.steps ?? []);
export const canUndo = computed(() => (past.value?.before.length ?? 0) > 0);
export const canRedo = computed(() => (past.value?.after.length ?? 0) > 0);
export const dirty = computed(() => {
  const [now, before] = [draft.value, saved.value?.content];
  return now !== null && now !== before && JSON.stringify(now) !== JSON.stringify(before);
});
/** What keeps it from being released, by JSON pointer into the content. */
export const problems = computed<Readonly<Record<string, string>>>(() =>
  Object.fromEntries(
    faults.value.map(({ pointer, where, message }) => [pointer ?? where, message]),
  ),
);
export const selectedStep = computed(
  () => steps.value.find(({ name }) => name === selected.value) ?? null,
);
export const selectedIndex = computed(() =>
  steps.value.findIndex(({ name }) => name === selected.value),
);

/** Edit this job's draft; edits that were never saved come back. */
export async function open(number: number): Promise<void> {
  if (job.value === number && past.value) return;
  close();
  job.value = number;
  try {
    const { body, etag } = await getTagged<Draft>(`recipes/${number}/draft`);
    if (job.value === number) take(number, body, etag);
  } catch (error) {
    if (job.value === number) trouble.value = reasonOf(error);
  }
}

export function close(): void {
  batch(() => {
    job.value = null;
    past.value = null;
    saved.value = null;
    conflict.value = null;
    restored.value = null;
    selected.value = null;
    faults.value = [];
    trouble.value = "";
  });
}

/** The draft anew, after the station changed it itself (it learned, or was calibrated); edits are saved before. */
export async function reread(): Promise<void> {
  const number = job.value;
  if (number === null) return;
  const { body, etag } = await getTagged<Draft>(`recipes/${number}/draft`);
  if (job.value !== number) return;
  batch(() => {
    see(body, etag);
    if (past.value) past.value = changed(past.value, contentOf(body), Date.now());
  });
}

/** One step that can be undone; see `changed` for what makes several changes one step. */
export function edit(
  change: (content: RecipeContent) => RecipeContent,
  { join, held = false }: { join?: string; held?: boolean } = {},
): void {
  if (!past.value) return;
  const now = change(past.value.now);
  const basis = outdated.get(past.value.now);
  if (basis !== undefined) outdated.set(now, basis);
  if (now !== past.value.now) past.value = changed(past.value, now, Date.now(), join ?? null, held);
}

/** The last step stands for itself, however soon the next one comes. */
export function settle(): void {
  if (past.value) past.value = settled(past.value);
}

export function undo(): void {
  if (past.value) past.value = undone(past.value);
}

export function redo(): void {
  if (past.value) past.value = redone(past.value);
}

/** What the station finds wrong in the content as it is now. */
export function found(wrong: readonly ProblemItem[]): void {
  faults.value = wrong;
}

let underWay: Promise<boolean> = Promise.resolve(true);

/** Returns whether it is saved. One after the other: what was changed while one was under way is saved after it. */
export function save(): Promise<boolean> {
  underWay = saving.value ? underWay.then(again, again) : saveNow();
  return underWay;
}

async function again(): Promise<boolean> {
  return dirty.value ? saveNow() : conflict.value === null && trouble.value === "";
}

async function saveNow(): Promise<boolean> {
  const [number, content, before] = [job.value, draft.value, saved.value];
  if (number === null || !content || !before || conflict.value) return false;
  saving.value = true;
  trouble.value = "";
  try {
    const { body, etag } = await put<Draft>(`recipes/${number}/draft`, content, {
      ifMatch: outdated.get(content) ?? before.etag,
    });
    if (job.value === number) stored(content, body, etag);
    return true;
  } catch (error) {
    if (job.value === number) await refused(number, error);
    return false;
  } finally {
    saving.value = false;
  }
}

/** Of a conflict: what the other engineer saved; ours comes back with `undo`, and is refused again if it is saved. */
export function takeTheirs(): void {
  const other = conflict.value;
  const basis = saved.value?.etag;
  if (!other || !past.value || basis === undefined) return;
  for (const ours of [...past.value.before, past.value.now]) {
    if (!outdated.has(ours)) outdated.set(ours, basis);
  }
  batch(() => {
    see(other.theirs, other.etag);
    past.value = changed(past.value as Past<RecipeContent>, contentOf(other.theirs), Date.now());
    conflict.value = null;
  });
}

/** Of a conflict: ours under another job number. Raises Problem. */
export async function keepAsCopy(copy: number, name: string): Promise<void> {
  const [number, content] = [job.value, draft.value];
  if (number === null || !content) return;
  const made = await post<Draft>("recipes", {
    job: copy,
    name,
    like: { job: number, version: "draft" },
  });
  const ours = { ...content, job: copy, name };
  await put<Draft>(`recipes/${copy}/draft`, ours, { ifMatch: `"${made.sha256}"` });
  forget(number);
}

function take(number: number, body: Draft, etag: string): void {
  const kept = recall(number);
  const content = contentOf(body);
  batch(() => {
    see(body, etag);
    past.value = began(content);
    if (!kept || JSON.stringify(kept.content) === JSON.stringify(content)) return;
    past.value = changed(past.value, kept.content, 0);
    restored.value = kept.at;
    if (kept.etag === etag) return;
    saved.value = { ...(saved.value as Saved), etag: kept.etag };
    conflict.value = { theirs: body, etag };
  });
}

function see(body: Draft, etag: string): void {
  saved.value = {
    etag,
    content: contentOf(body),
    draft: body.saved,
    version: body.version,
    by: body.changed_by,
    atUs: body.changed_at_us,
  };
  faults.value = body.faults;
}

/** The station fills in what was left out: that is no change of ours. */
function stored(sent: RecipeContent, body: Draft, etag: string): void {
  batch(() => {
    see(body, etag);
    restored.value = null;
    if (past.value?.now === sent) past.value = { ...past.value, now: contentOf(body), joins: null };
  });
}

async function refused(number: number, error: unknown): Promise<void> {
  if (error instanceof Problem && error.status === 412) {
    const { body, etag } = await getTagged<Draft>(`recipes/${number}/draft`);
    if (job.value === number) conflict.value = { theirs: body, etag };
    return;
  }
  trouble.value = reasonOf(error);
  if (error instanceof Problem) faults.value = error.errors;
}

function contentOf({ content }: Draft): RecipeContent {
  return content as unknown as RecipeContent;
}

function reasonOf(error: unknown): string {
  return error instanceof Problem ? error.message : text("teach.no_answer");
}

/** Keep what is not saved, for as long as the page is open; returns what ends that. */
export function watchDraft(): () => void {
  let timer = 0;
  const write = () => {
    clearTimeout(timer);
    const [number, content, etag] = [job.peek(), draft.peek(), saved.peek()?.etag];
    if (number === null || !content || etag === undefined) return;
    const basis = outdated.get(content) ?? etag;
    if (dirty.peek()) keep(number, { etag: basis, content, at: Date.now() });
    else if (!conflict.peek()) forget(number);
  };
  const stop = effect(() => {
    if (!draft.value || !saved.value) return;
    clearTimeout(timer);
    timer = setTimeout(write, KEEP_MS) as unknown as number;
  });
  addEventListener("pagehide", write);
  document.addEventListener("visibilitychange", write);
  return () => {
    write();
    stop();
    removeEventListener("pagehide", write);
    document.removeEventListener("visibilitychange", write);
  };
}
