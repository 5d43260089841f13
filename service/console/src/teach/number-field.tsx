import { useEffect, useId, useState } from "preact/hooks";
import { text } from "../core/texts";
import { Mark } from "../parts/mark";

/** A short number of a region: what was typed counts as soon as it is a number within its bounds. */
export function NumberField(props: {
  label: string;
  value: number;
  unit?: string;
  low?: number;
  high?: number;
  disabled?: boolean;
  onChange: (value: number) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState(said(props.value));
  const read = Number(typed.trim().replace(",", ".") || Number.NaN);
  const low = props.low ?? Number.NEGATIVE_INFINITY;
  const high = props.high ?? Number.POSITIVE_INFINITY;
  const wrong = Number.isNaN(read)
    ? text("form.no_number")
    : read < low
      ? text("form.too_low", { low })
      : read > high
        ? text("form.too_high", { high })
        : "";
  useEffect(() => {
    if (read !== props.value) setTyped(said(props.value));
  }, [props.value]);
  const type = (next: string) => {
    setTyped(next);
    const value = Number(next.trim().replace(",", ".") || Number.NaN);
    if (value >= low && value <= high) props.onChange(value);
  };
  return (
    <div class={`field ${wrong ? "wrong" : ""}`}>
      <label for={id}>{props.label}</label>
      <span class="input">
        <input
          id={id}
          inputMode="decimal"
          autocomplete="off"
          value={typed}
          disabled={props.disabled}
          aria-invalid={wrong !== ""}
          aria-describedby={wrong ? `${id}-hint` : undefined}
          onInput={(event) => type(event.currentTarget.value)}
          onBlur={() => setTyped(said(props.value))}
        />
        {props.unit && <span class="unit">{props.unit}</span>}
      </span>
      {wrong && (
        <p class="hint" id={`${id}-hint`} role="alert">
          <Mark name="warn" />
          {wrong}
        </p>
      )}
    </div>
  );
}

function said(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}
