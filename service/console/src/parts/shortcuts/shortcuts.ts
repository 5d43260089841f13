/** The one table of keys: pages put theirs in while they are shown, one listener finds them, `?` shows them. */
import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isChord, isSingle } from "../../core/chord";
import type { TextKey } from "../../core/texts";

export interface Shortcut {
  keys: readonly string[]; // chords that do the same, e.g. ["F"], ["Ctrl+Z"], ["ArrowLeft"]
  name: TextKey; // what it does
  act: () => void;
  when?: () => boolean; // else the key is the page's, or the browser's
  typing?: boolean; // also while somebody types
}

export interface ShortcutGroup {
  title: TextKey;
  list: readonly Shortcut[];
}

/** All that are in force, the last group asked first. */
export const groups = signal<readonly ShortcutGroup[]>([]);

const STORED = "single-keys"; // "off" = single letters and signs do nothing

/** Whether single letters and signs are shortcuts in this browser. */
export const singleKeys = signal(stored() !== "off");

export function setSingleKeys(on: boolean): void {
  singleKeys.value = on;
  localStorage.setItem(STORED, on ? "on" : "off");
}

/** In force until the returned function is called. */
export function addShortcuts(group: ShortcutGroup): () => void {
  groups.value = [...groups.value, group];
  return () => {
    groups.value = groups.value.filter((other) => other !== group);
  };
}

/** In force while the component is shown. `list` must not change meanwhile: what changes goes into `when`. */
export function useShortcuts(title: TextKey, list: readonly Shortcut[]): void {
  useEffect(() => addShortcuts({ title, list }), []);
}

/** Listen for as long as the page is open; silent where a dialog is open, and mostly where somebody types. */
export function watchShortcuts(): () => void {
  const listeners = new AbortController();
  document.addEventListener("keydown", press, { signal: listeners.signal });
  return () => listeners.abort();
}

function press(event: KeyboardEvent): void {
  if (event.defaultPrevented || inDialog(event.target)) return;
  const types = isTyping(event);
  for (const { list } of groups.value.toReversed()) {
    const found = list.find(
      ({ keys, when, typing = false }) =>
        (typing || !types) &&
        keys.some((chord) => (singleKeys.value || !isSingle(chord)) && isChord(chord, event)) &&
        (when?.() ?? true),
    );
    if (!found) continue;
    event.preventDefault();
    found.act();
    return;
  }
}

function inDialog(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest("dialog[open]") !== null;
}

function isTyping({ target, key, ctrlKey, metaKey }: KeyboardEvent): boolean {
  if (!(target instanceof Element)) return false;
  const field = target.closest("input, textarea, select, [contenteditable]");
  // A slider takes arrows and figures, but has nothing of its own to undo.
  if (field?.matches("[type=range]")) return !(ctrlKey || metaKey || key === "Escape");
  return field !== null && !field.matches("[type=checkbox], [type=radio], [type=button]");
}

function stored(): string | null {
  try {
    return globalThis.localStorage?.getItem(STORED) ?? null;
  } catch {
    return null; // a browser that keeps nothing
  }
}
