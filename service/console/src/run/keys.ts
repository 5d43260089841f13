import { freeze, frozen, resume } from "../live";
import { viewport } from "./viewport";

const PAN_PX = 40;

export function toggleFreeze(): void {
  if (frozen.value) resume();
  else freeze();
}

/** The keys of Run. */
const keys: Readonly<Record<string, () => void>> = {
  f: toggleFreeze,
  "0": viewport.showAll,
  "+": viewport.zoomIn,
  "-": viewport.zoomOut,
};

/** The arrows move a picture that is larger than its window; else they are the page's. */
const arrows: Readonly<Record<string, () => void>> = {
  ArrowLeft: () => viewport.panBy(PAN_PX, 0),
  ArrowRight: () => viewport.panBy(-PAN_PX, 0),
  ArrowUp: () => viewport.panBy(0, PAN_PX),
  ArrowDown: () => viewport.panBy(0, -PAN_PX),
};

/** Silent wherever somebody types or a dialog is open. Returns what takes the listener off again. */
export function watchKeys(): () => void {
  const listeners = new AbortController();
  const press = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    const act =
      keys[event.key.toLowerCase()] ?? (viewport.fitted.value ? undefined : arrows[event.key]);
    if (!act) return;
    event.preventDefault();
    act();
  };
  document.addEventListener("keydown", press, { signal: listeners.signal });
  return () => listeners.abort();
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof Element)) return false;
  return target.closest("input, textarea, select, [contenteditable], dialog[open]") !== null;
}
