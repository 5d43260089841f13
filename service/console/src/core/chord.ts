/** A key with what is held down beside it, as it is written: F, Ctrl+Z, Shift+ArrowLeft, ?. */

export interface Pressed {
  key: string;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
  shiftKey: boolean;
}

/** Whether this press is the chord. Ctrl is Command on a Mac; a sign such as ? or + needs no Shift named. */
export function isChord(chord: string, pressed: Pressed): boolean {
  const parts = chord === "+" ? ["+"] : chord.split(/\+(?=.)/);
  const key = parts.at(-1) ?? "";
  const held = (name: string) => parts.slice(0, -1).includes(name);
  if (pressed.altKey || held("Ctrl") !== (pressed.ctrlKey || pressed.metaKey)) return false;
  if (key.toLowerCase() !== pressed.key.toLowerCase()) return false;
  return isSign(key) || held("Shift") === pressed.shiftKey;
}

/** A single sign without Ctrl: a person may switch these off, for speech and for shaking hands press them by mistake. */
export function isSingle(chord: string): boolean {
  return [...chord].length === 1;
}

function isSign(key: string): boolean {
  return key.length === 1 && key.toLowerCase() === key.toUpperCase();
}
