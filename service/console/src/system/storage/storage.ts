/** How full the station is and what is pinned, asked for while somebody looks. */
import { signal } from "@preact/signals";
import { get, post, remove } from "../../core/api";
import type { Pin, PinPage, Storage } from "../../core/contract";

const EVERY_MS = 30_000;

export const storage = signal<Storage | null>(null);
export const pins = signal<readonly Pin[]>([]);
export const trouble = signal(""); // why the last question came to nothing, in the station's words

/** Ask now and then until the returned function is called. */
export function watchStorage(): () => void {
  void refresh();
  const timer = setInterval(() => void refresh(), EVERY_MS);
  return () => clearInterval(timer);
}

export async function refresh(): Promise<void> {
  await tried(async () => {
    const [said, page] = await Promise.all([
      get<Storage>("storage"),
      get<PinPage>("pins?limit=200"),
    ]);
    storage.value = said;
    pins.value = page.items;
  });
}

/** Keep a result and its image; whether the station did. */
export function pin(number: number, why: string): Promise<boolean> {
  return changed(() => post(`pins/${number}`, { why }));
}

/** Let retention delete it again. */
export function unpin(number: number): Promise<boolean> {
  return changed(() => remove(`pins/${number}`));
}

async function changed(change: () => Promise<unknown>): Promise<boolean> {
  const done = await tried(change);
  if (done) await refresh();
  return done;
}

async function tried(ask: () => Promise<unknown>): Promise<boolean> {
  try {
    await ask();
    trouble.value = "";
    return true;
  } catch (error) {
    trouble.value = error instanceof Error ? error.message : String(error);
    return false;
  }
}
