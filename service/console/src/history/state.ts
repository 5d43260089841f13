/** What the history shows: found by the filter in the address, page by page; one of them in detail. */
import { computed, signal } from "@preact/signals";
import { get, Problem, post, remove } from "../core/api";
import type { Drawing, Found, StoredPage, StoredResult } from "../core/contract";
import { type Field, type Filter, filterOf, matches, queryOf } from "../core/history";
import { go, route, setQuery } from "../page";
import { hello, results, stationNow } from "../station";

export const PAGE = 60;

export const filter = computed<Filter>(() => filterOf(route.value.query));
export const selected = computed(() => {
  const number = Number(route.value.page === "history" ? route.value.path[0] : Number.NaN);
  return Number.isInteger(number) && number > 0 ? number : null;
});

export const items = signal<readonly StoredResult[]>([]);
export const found = signal<Found | null>(null);
export const loading = signal(false);
export const trouble = signal(""); // why nothing is found
const next = signal<number | null>(null);
export const whole = computed(() => next.value === null);

export const detail = signal<StoredResult | null>(null);
export const drawing = signal<Drawing | null>(null);
export const missing = signal<number | null>(null); // no such inspection

const newest = signal(Number.POSITIVE_INFINITY); // what came later is not in the list
/** Results of this filter that came since the list was made: said, never put in under somebody's hand. */
export const fresh = computed(() => {
  const asked = filter.value;
  return results.value.filter((one) => one.number > newest.value && matches(one, asked)).length;
});

let query = new URLSearchParams();
let asking: AbortController | undefined;

/** The station's query of what is shown. */
export function asked(without: readonly (Field | "judgement")[] = []): URLSearchParams {
  return queryOf(filter.value, stationNow.peek(), hello.value?.zone, without);
}

/** Ask anew. What was asked before is given up. */
export async function search(): Promise<void> {
  asking?.abort();
  const own = new AbortController();
  asking = own;
  loading.value = true;
  query = asked();
  const before = results.peek()[0]?.number ?? 0;
  try {
    const page = await get<StoredPage>(`inspections?limit=${PAGE}&${query}`, own.signal);
    trouble.value = "";
    items.value = page.items;
    next.value = page.next;
    newest.value = Math.max(before, page.items[0]?.number ?? 0);
    loading.value = false;
    found.value = await get<Found>(`statistics/found?${query}`, own.signal);
  } catch (error) {
    if (own.signal.aborted) return;
    loading.value = false;
    trouble.value = reason(error);
  }
}

/** The next page, where there is one. */
export async function more(): Promise<void> {
  const before = next.value;
  if (before === null || loading.value) return;
  loading.value = true;
  const own = asking;
  try {
    const page = await get<StoredPage>(
      `inspections?limit=${PAGE}&before=${before}&${query}`,
      own?.signal,
    );
    items.value = [...items.value, ...page.items];
    next.value = page.next;
  } catch (error) {
    if (own?.signal.aborted) return;
    trouble.value = reason(error);
  }
  loading.value = false;
}

/** Change the filter, in the address; the list begins anew, what is open stays open. */
export function ask(change: Readonly<Record<string, string>>): void {
  setQuery(change);
}

export function open(number: number): void {
  go("history", [number], route.value.query);
}

/** The neighbour of what is open, in the list: -1 newer, 1 older. */
export async function step(by: -1 | 1): Promise<void> {
  const at = items.value.findIndex(({ number }) => number === selected.value);
  if (at + by >= items.value.length) await more();
  const there = at < 0 ? items.value[0] : items.value[at + by];
  if (there) open(there.number);
}

/** Read what is open; the picture's drawing comes with it. */
export async function read(number: number): Promise<void> {
  missing.value = null;
  try {
    const [result, drawn] = await Promise.all([
      get<StoredResult>(`inspections/${number}`),
      get<Drawing>(`inspections/${number}/overlays`),
    ]);
    if (selected.value !== number) return;
    drawing.value = drawn;
    detail.value = result;
  } catch (error) {
    if (selected.value !== number) return;
    detail.value = null;
    if (error instanceof Problem && error.status === 404) missing.value = number;
    else trouble.value = reason(error);
  }
}

/** Say whether the reject that is open was right; null takes it back. */
export async function judge(verdict: Verdict | null, why = ""): Promise<string> {
  const number = detail.value?.number;
  if (number === undefined) return "";
  try {
    const body = verdict === null ? { verdict } : { verdict, reason: why };
    take(await post<StoredResult>(`inspections/${number}/verdict`, body));
    found.value = await get<Found>(`statistics/found?${query}`);
    return "";
  } catch (error) {
    return reason(error);
  }
}

/** Keep it from being deleted, or no longer. */
export async function pin(on: boolean): Promise<string> {
  const number = detail.value?.number;
  if (number === undefined) return "";
  try {
    await (on ? post(`pins/${number}`) : remove(`pins/${number}`));
    take(await get<StoredResult>(`inspections/${number}`));
    return "";
  } catch (error) {
    return reason(error);
  }
}

export type Verdict = NonNullable<StoredResult["review"]>["verdict"];

function take(result: StoredResult): void {
  if (detail.value?.number === result.number) detail.value = result;
  items.value = items.value.map((one) =>
    one.number === result.number ? { ...one, review: result.review } : one,
  );
}

export function reason(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
