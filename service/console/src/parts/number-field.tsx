import { useEffect, useId, useState } from "preact/hooks";
import { numberOf, typedNumber } from "../core/limits/typed";
import { text } from "../core/texts";
import { Mark } from "./mark";

/** A number, or none; what is no number stays as typed, with what would be right. */
export function NumberField(props: {
  label: string;
  value: number | null;
  unit?: string;
  aside?: string; // beside the label
  hint?: string;
  problem?: string; // what the station said of it
  disabled?: boolean;
  testId?: string;
  onChange: (value: number | null) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState(typedNumber(props.value));
  useEffect(() => {
    if (numberOf(typed) !== props.value) setTyped(typedNumber(props.value));
  }, [props.value]);

  const type = (next: string) => {
    setTyped(next);
    const value = numberOf(next);
    if (value !== undefined) props.onChange(value);
  };
  const wrong = numberOf(typed) === undefined ? text("field.not_number") : (props.problem ?? "");
  return (
    <div class={`field ${wrong ? "wrong" : ""}`}>
      <label for={id}>
        {props.label}
        {props.aside && <span class="bounds">{props.aside}</span>}
      </label>
      <span class="input">
        <input
          id={id}
          inputMode="decimal"
          autocomplete="off"
          spellcheck={false}
          value={typed}
          disabled={props.disabled}
          aria-invalid={wrong !== ""}
          aria-describedby={`${id}-hint`}
          data-testid={props.testId}
          onInput={(event) => type(event.currentTarget.value)}
        />
        {props.unit && <span class="unit">{props.unit}</span>}
      </span>
      <p class="hint" id={`${id}-hint`} role={wrong ? "alert" : undefined}>
        {wrong ? (
          <>
            <Mark name="warn" />
            {wrong}
          </>
        ) : (
          props.hint
        )}
      </p>
    </div>
  );
}
