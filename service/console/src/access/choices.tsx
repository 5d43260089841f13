import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";
import { type TextKey, text } from "../core/texts";

/** One of a few, all seen; `shown` where it follows something else until somebody chooses. */
export function Choices<T extends string>(props: {
  name: string;
  chosen: Signal<T>;
  shown?: T;
  offered: Partial<Record<T, TextKey>>;
}) {
  const id = useId();
  const now = props.chosen.value || props.shown || "";
  const offered = Object.entries(props.offered) as [T, TextKey][];
  return (
    <div>
      <span id={id}>{props.name}</span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset would bring a frame and a legend of its own */}
      <div class="segmented" role="group" aria-labelledby={id}>
        {offered.map(([value, words]) => (
          <button
            key={value}
            type="button"
            aria-pressed={now === value}
            onClick={() => (props.chosen.value = value)}
          >
            {text(words)}
          </button>
        ))}
      </div>
    </div>
  );
}
