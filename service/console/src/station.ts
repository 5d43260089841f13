/** What the station says, for every page: its state, results, counters, alarms, and how old that word is. */
import { batch, computed, signal } from "@preact/signals";
import { get, stationAheadMs } from "./core/api";
import type {
  Alarm,
  Counters,
  Hello,
  Hour,
  Result,
  ResultPage,
  StationState,
  Texts,
} from "./core/contract";
import { listen } from "./core/events";
import { showTimesIn } from "./core/format";
import { Gathered } from "./core/gathered";
import { Pulse } from "./core/pulse";
import { language } from "./core/texts";
import { pushed } from "./pushed";
import { learnSession } from "./session";

export const KEPT = 30; // results
export const STALE_AFTER_MS = 2000;
const TICK_MS = 500;
const LOOK_MS = 100; // so soon silence is noticed
const PULSE_MS = 1000;
const HOURS = 8;
const HOUR_US = 3_600_000_000;

export const state = signal<StationState | null>(null);
export const hello = signal<Hello | null>(null);
export const counters = signal<Counters | null>(null);
export const standing = signal<readonly Alarm[]>([]); // alarms: active, or over and not yet seen to
export const alarms = computed(() => standing.value.filter(({ active }) => active));
export const texts = signal<Texts | null>(null); // the station's own words in the reader's language
export const results = signal<readonly Result[]>([]); // newest first
export const hours = signal<readonly Hour[]>([]); // oldest first
export const received = signal(0); // results since the page was loaded
export const newVersion = signal(false);

const pushes = { state: pushed(state), counters: pushed(counters), alarms: pushed(standing) };
export const askForAlarms = pushes.alarms.ask;

export const now = signal(Date.now()); // ms of this browser, twice a second, and when the station falls silent
const completed = new Set<number>();
const heardAt = signal<number | null>(null); // the last word that proves it lives
const eventsLostAt = signal<number | null>(null);
const liveWatched = signal(false); // its stream has a word each second; else the station is asked
const pulse = new Pulse(heard);
const judged = new Gathered<Result>((all) =>
  batch(() => {
    received.value += all.length;
    results.value = merge(all, results.value);
  }),
);
let ticked = Date.now();
let late = false;

/** The station's clock, ms UTC, to a second. */
export const stationNow = computed(() => now.value + stationAheadMs());

/** Since when nothing was heard, in ms; 0 while words come, null before the first one. */
export const quietMs = computed(() => {
  if (heardAt.value === null || (!liveWatched.value && hello.value === null)) return null;
  const since = Math.min(heardAt.value, eventsLostAt.value ?? Number.POSITIVE_INFINITY);
  const quiet = now.value - since;
  return eventsLostAt.value !== null || quiet > STALE_AFTER_MS ? Math.max(quiet, 1) : 0;
});

export const stale = computed(() => (quietMs.value ?? 0) > 0);

/** From now on the live stream has a word each second, until the returned function is called. */
export function watchLive(): () => void {
  if (hello.value !== null) heardAt.value = Date.now(); // its first word is on its way
  liveWatched.value = true;
  return () => {
    liveWatched.value = false;
  };
}

/** Any message of the live stream, a heartbeat as well. */
export function heard(): void {
  heardAt.value = Date.now();
}

/** Listen for as long as the page is open. */
export function startStation(): void {
  setInterval(tick, LOOK_MS);
  const ask = () => {
    if (!liveWatched.peek()) void pulse.take();
  };
  setInterval(ask, PULSE_MS);
  document.addEventListener("visibilitychange", ask);
  listen({
    connected: () => {
      eventsLostAt.value = null;
      void learnWords();
      void learnSession();
      void refresh();
    },
    lost: () => {
      eventsLostAt.value ??= Date.now();
      void refresh(); // a refusal tells that the session has ended
    },
    hello: (said) => {
      showTimesIn(said.zone);
      heard();
      newVersion.value ||= hello.value !== null && hello.value.build !== said.build;
      hello.value = said;
    },
    state: pushes.state.push,
    counters: pushes.counters.push,
    alarms: pushes.alarms.push,
    result: (said) => judged.add(said),
  });
}

/** A page that was busy itself hears what waits before it calls the station silent. */
function tick(): void {
  const at = Date.now();
  late = !late && at - ticked > TICK_MS;
  ticked = at;
  if (late) return;
  const silent = at - (heardAt.peek() ?? at) > STALE_AFTER_MS && quietMs.peek() === 0;
  if (silent || Math.abs(at - now.peek()) >= TICK_MS) now.value = at;
}

/** Newest first, each once, no more than are kept; steps that are known stay known. */
export function merge(fresh: readonly Result[], kept: readonly Result[]): Result[] {
  const byNumber = new Map(kept.map((result) => [result.number, result]));
  for (const result of fresh) {
    const steps =
      result.steps.length > 0 ? result.steps : (byNumber.get(result.number)?.steps ?? []);
    byNumber.set(result.number, { ...result, steps });
  }
  return [...byNumber.values()].sort((a, b) => b.number - a.number).slice(0, KEPT);
}

async function newest(): Promise<Result[]> {
  return (await get<ResultPage>(`inspections?limit=${KEPT}`)).items;
}

/** Ask for the steps of a result that came without them, once. */
export async function complete(result: Result): Promise<void> {
  if (result.steps.length > 0 || completed.has(result.number)) return;
  completed.add(result.number);
  try {
    results.value = merge([await get<Result>(`inspections/${result.number}`)], results.value);
  } catch (error) {
    console.warn(`no steps of inspection ${result.number}`, error);
  }
}

/** Another release may have other alarms: asked at every connection. Without them the station's English is shown. */
export async function learnWords(): Promise<void> {
  try {
    texts.value = await get<Texts>(`texts/${language()}`);
  } catch (error) {
    console.warn("the station's words were not had", error);
  }
}

/** Ask for everything once: what is shown stays, and is replaced in place. */
async function refresh(): Promise<void> {
  const take = {
    state: pushes.state.ask(),
    counters: pushes.counters.ask(),
    alarms: askForAlarms(),
  };
  try {
    const until = Math.floor(Date.now() + stationAheadMs()) * 1000 + HOUR_US;
    const [said, counts, alarmed, page, hourly] = await Promise.all([
      get<StationState>("station"),
      get<Counters>("counters"),
      get<Alarm[]>("alarms?over=true"),
      newest(),
      get<Hour[]>(`statistics/hourly?since=${until - (HOURS + 1) * HOUR_US}&until=${until}`),
    ]);
    take.state(said);
    take.counters(counts);
    take.alarms(alarmed);
    results.value = merge(page, results.value);
    hours.value = hourly;
  } catch (error) {
    console.debug("the station's state was not had", error);
  }
}
