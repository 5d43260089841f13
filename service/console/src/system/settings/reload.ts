/** The reload without a gap: what was kept comes into force, or the station says why it goes on as it was. */
import { signal } from "@preact/signals";
import { get, post } from "../../core/api";
import type { ReloadState } from "../../core/contract";
import { reasonOf } from "../asked";

const LOOK_MS = 500;
const LIMIT_MS = 90_000;

export const reloading = signal(false);
export const failure = signal("");

/** Ends when the next generation answers, or has come to nothing. */
export async function reload(): Promise<boolean> {
  reloading.value = true;
  failure.value = "";
  try {
    const before = (await post<ReloadState>("station/reload")).generation;
    failure.value = await outcome(before);
  } catch (error) {
    failure.value = reasonOf(error);
  }
  reloading.value = false;
  return failure.value === "";
}

async function outcome(before: number): Promise<string> {
  const end = Date.now() + LIMIT_MS;
  while (Date.now() < end) {
    await new Promise((done) => setTimeout(done, LOOK_MS));
    const said = await get<ReloadState>("station/reload").catch(() => null);
    if (said && said.generation > before) return "";
    if (said && !said.busy && said.failure) return said.failure;
  }
  return `${LIMIT_MS / 1000} s`;
}
