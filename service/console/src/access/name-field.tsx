import { useId } from "preact/hooks";
import { Mark } from "../parts/mark";

/** A line of plain text: a user's name, a code. */
export function NameField(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  autocomplete: "username" | "one-time-code";
  wrong?: string;
  hint?: string;
  focus?: boolean;
}) {
  const id = useId();
  const hint = props.wrong || props.hint;
  return (
    <div class={`field ${props.wrong ? "wrong" : ""}`}>
      <label for={id}>{props.label}</label>
      <div class="input">
        <input
          id={id}
          autocomplete={props.autocomplete}
          autocapitalize="none"
          spellcheck={false}
          value={props.value}
          required
          aria-invalid={props.wrong ? "true" : undefined}
          aria-describedby={hint ? `${id}-hint` : undefined}
          ref={(input) => {
            if (props.focus && input && !input.dataset.seen) {
              input.dataset.seen = "1";
              input.focus();
            }
          }}
          onInput={(event) => props.onInput(event.currentTarget.value)}
        />
      </div>
      {hint && (
        <p class="hint" id={`${id}-hint`} role={props.wrong ? "alert" : undefined}>
          {props.wrong && <Mark name="warn" />}
          <span>{hint}</span>
        </p>
      )}
    </div>
  );
}
