/** What this browser's user prefers; kept in this browser. */
import { effect, signal } from "@preact/signals";
import type { Language } from "./core/texts";

export type Keyboard = "on" | "off" | "";
export type Theme = "dark" | "light" | "";

const PREFIX = "console.";

/** "" = as the system has it. */
export const theme = kept<Theme>("theme", "", ["dark", "light"]);

/** "" = as the browser has it. */
export const ownLanguage = kept<Language | "">("language", "", ["en", "de"]);

/** Keys on the screen; "" = as the station has it. */
export const keyboard = kept<Keyboard>("keyboard", "", ["on", "off"]);

/** Colours follow the preference for as long as the page is open. */
export function followTheme(): void {
  effect(() => {
    if (theme.value) document.documentElement.dataset.theme = theme.value;
    else delete document.documentElement.dataset.theme;
  });
}

function kept<T extends string>(name: string, unless: T, others: readonly T[]) {
  const key = PREFIX + name;
  const found = others.find((value) => value === read(key)) ?? unless;
  const preference = signal<T>(found);
  preference.subscribe((value) => write(key, value === unless ? "" : value));
  return preference;
}

/** A browser may refuse to keep anything: then a preference lasts as long as the page. */
function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function write(key: string, value: string): void {
  try {
    if (value) localStorage.setItem(key, value);
    else localStorage.removeItem(key);
  } catch {
    console.debug(`${key} is not kept`);
  }
}
