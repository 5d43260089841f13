/** What people do about alarms, beside acknowledging: seen to, commented. */
import { signal } from "@preact/signals";
import { post } from "../../core/api";
import type { Alarm } from "../../core/contract";
import { askForAlarms } from "../../station";
import { reasonOf } from "../asked";

export const trouble = signal("");

/** Say that its cause was seen to; that acknowledges it, too. */
export function confirmCause(number: number): Promise<boolean> {
  return said(`alarms/${number}/confirm`, {});
}

/** Keep words with it, in place of those before. */
export function comment(number: number, words: string): Promise<boolean> {
  return said(`alarms/${number}/comment`, { comment: words });
}

async function said(path: string, body: object): Promise<boolean> {
  const take = askForAlarms();
  try {
    take(await post<Alarm[]>(path, body));
    trouble.value = "";
    return true;
  } catch (error) {
    trouble.value = reasonOf(error);
    return false;
  }
}
