import type { Alarm, StationState, Texts } from "./contract";

/** What an alarm says in the reader's language: what happened, the detail, what to do. Without texts as it was sent. */
export function alarmWords(texts: Texts | null, alarm: Alarm): string {
  const said = texts?.alarms[alarm.number];
  if (!said) return alarm.text;
  const what = alarm.detail ? `${said.what}: ${alarm.detail}` : said.what;
  return `${what}. ${said.remedy}.`;
}

/** Why the station is not Online; "" where it is, or gives no reason. */
export function offlineWords(texts: Texts | null, state: StationState): string {
  return texts?.offline[state.offline_code] ?? state.offline_reason;
}

/** Why a trigger was not taken; `sent` where the station gave no code that has words. */
export function rejectWords(texts: Texts | null, code: number | null, sent: string): string {
  return texts?.rejects[code ?? ""] ?? sent;
}
