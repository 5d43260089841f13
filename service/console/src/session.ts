/** Who uses this page, and what they may. The station decides; what is off here says why. */
import { computed, signal } from "@preact/signals";
import { get, post, put, remove, stationAheadMs, whenRefused } from "./core/api";
import type { Session } from "./core/contract";

export type Action = Session["actions"][number];

const LOOK_MS = 2000; // while the page stands before the door
const ACT_MS = 30_000; // acts are told so often at most
const SOON_MS = 1000; // after what the station said would come

/** null = not known yet. */
export const session = signal<Session | null>(null);

/** Whose session came to its end while the page was open; "" = nobody's. */
export const ended = signal("");

/** The station has answered the last time it was asked who this is. */
export const answered = signal(false);

const actions = computed(() => session.value && new Set(session.value.actions));

export function may(action: Action): boolean {
  return actions.value?.has(action) ?? true; // the station refuses whoever may not
}

/** Rights that the password brings back. */
export const rests = computed(() => {
  const said = session.value;
  return said !== null && said.role !== said.full_role;
});

/** Nobody is known here, so that nothing can be shown. */
export const shut = computed(() => session.value !== null && session.value.role === null);

/** Ask who this is. What was known stays where the station does not answer. */
export async function learnSession(): Promise<void> {
  try {
    take(await get<Session>("session"));
    answered.value = true;
  } catch (error) {
    answered.value = false;
    console.debug("who this is was not had", error);
  }
}

/** Ask again whenever the answer may be another one, for as long as the page is open. */
export function followSession(): void {
  whenRefused(() => void learnSession());
  addEventListener("focus", () => void learnSession());
  setInterval(() => {
    if (shut.value || ended.value) void learnSession();
  }, LOOK_MS);
  for (const act of ["pointerdown", "keydown"] as const) {
    document.addEventListener(act, tellAct, { capture: true, passive: true });
  }
}

export async function signIn(name: string, password: string): Promise<void> {
  replace(await post<Session>("session", { name, password }));
}

export async function signOut(): Promise<void> {
  replace(await remove<Session>("session"));
}

/** Take up rights that rest. */
export async function unlock(password: string): Promise<void> {
  replace(await post<Session>("session/unlock", { password }));
}

export async function changePassword(password: string, next: string): Promise<void> {
  replace((await put<Session>("session/password", { password, new: next })).body);
}

/** The first administrator. */
export async function setUp(code: string, name: string, password: string): Promise<void> {
  replace(await post<Session>("setup", { code, name, password }));
}

/** Somebody else from here on, as the person wanted. */
function replace(said: Session): void {
  ended.value = "";
  session.value = said;
  lookAgain(said);
}

function take(said: Session): void {
  const before = session.peek();
  if (before?.by === "session" && said.by !== "session") ended.value = before.name || "station";
  else if (said.by === "session") ended.value = "";
  session.value = said;
  lookAgain(said);
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** When rights come to rest, and when the session ends. */
function lookAgain(said: Session): void {
  clearTimeout(timer);
  const now = Date.now() + stationAheadMs();
  const to = [rests.peek() ? null : said.rests_at_us, said.ends_at_us];
  const next = Math.min(...to.filter((us) => us !== null).map((us) => us / 1000 - now));
  if (Number.isFinite(next)) timer = setTimeout(learnSession, Math.max(next, 0) + SOON_MS);
}

let toldAt = 0;

/** Polling is no sign of a person: an act is told by itself. */
function tellAct(): void {
  const at = Date.now();
  if (session.peek()?.rests_at_us == null || rests.peek() || at - toldAt < ACT_MS) return;
  toldAt = at;
  post<Session>("session/acted").then(take, (error) => console.debug("an act was not told", error));
}
