/** Where the focus goes when what had it is gone: who works by keys alone goes on from there. */
import type { RegionKind } from "../../core/regions/region";
import { chosen } from "../regions";

/** To the region that is chosen: its element is another one now. */
export function focusChosen(): void {
  requestAnimationFrame(() => {
    const place = chosen.peek();
    const all = document.querySelectorAll<SVGElement>('[data-testid="regions"] [data-step]');
    const own = [...all].find(
      ({ dataset }) =>
        dataset.step === place?.step &&
        dataset.part === place?.part &&
        dataset.index === String(place?.index),
    );
    own?.focus();
  });
}

/** To the button that begins to draw such a region. */
export function focusDrawButton(kind: RegionKind): void {
  requestAnimationFrame(() =>
    document.querySelector<HTMLElement>(`[data-testid="draw-${kind}"]`)?.focus(),
  );
}
