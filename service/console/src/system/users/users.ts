/** Who may use the station by name. A removed user is only gone after a moment, in which it can be undone. */
import { signal } from "@preact/signals";
import { post, remove } from "../../core/api";
import type { User } from "../../core/contract";
import { Asked, reasonOf } from "../asked";

const UNDO_MS = 6000;

export type Role = User["role"];

export interface Change {
  name: string;
  role?: Role;
  password?: string;
  certificate?: string; // PEM; "" = none any more
}

export const users = new Asked<readonly User[]>("users");
export const leaving = signal<ReadonlyMap<string, ReturnType<typeof setTimeout>>>(new Map());

/** Add a user, or change one; "" = done, else why not. */
export async function change(asked: Change): Promise<string> {
  try {
    await post<User>("users", asked);
  } catch (error) {
    return reasonOf(error);
  }
  await users.refresh();
  return "";
}

export function removeSoon(name: string): void {
  const timer = setTimeout(() => void removeNow(name), UNDO_MS);
  leaving.value = new Map(leaving.value).set(name, timer);
}

export function keep(name: string): void {
  clearTimeout(leaving.value.get(name));
  leaving.value = new Map([...leaving.value].filter(([each]) => each !== name));
}

/** Whoever leaves the page has decided. */
export function removeAllNow(): void {
  for (const name of leaving.value.keys()) void removeNow(name);
}

async function removeNow(name: string): Promise<void> {
  keep(name);
  await users.take(() => remove<User[]>(`users/${encodeURIComponent(name)}`));
}
