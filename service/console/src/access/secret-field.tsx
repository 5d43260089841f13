import { useId, useState } from "preact/hooks";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";

const SHOWN = { type: "text" } as const;
const HIDDEN = { type: "password" } as const;

/** A password: hidden until its eye is pressed, with a word where Caps Lock is on. */
export function SecretField(props: {
  label: string;
  value: string;
  onInput: (value: string) => void;
  autocomplete: "current-password" | "new-password";
  wrong?: string;
  focus?: boolean;
}) {
  const id = useId();
  const [shown, setShown] = useState(false);
  const [caps, setCaps] = useState(false);
  const look = (event: KeyboardEvent) => setCaps(event.getModifierState?.("CapsLock") ?? false);
  const hint = [props.wrong, caps && text("access.caps")].filter(Boolean).join(" ");
  return (
    <div class={`field ${props.wrong ? "wrong" : ""}`}>
      <label for={id}>{props.label}</label>
      <div class="input">
        <input
          id={id}
          {...(shown ? SHOWN : HIDDEN)}
          autocomplete={props.autocomplete}
          value={props.value}
          required
          aria-invalid={props.wrong ? "true" : undefined}
          aria-describedby={`${id}-hint`}
          ref={(input) => {
            if (props.focus && input && !input.dataset.seen) {
              input.dataset.seen = "1";
              input.focus();
            }
          }}
          onInput={(event) => props.onInput(event.currentTarget.value)}
          onKeyDown={look}
          onKeyUp={look}
        />
        <button
          type="button"
          class="button icon-only plain"
          aria-label={text(shown ? "access.hide" : "access.show")}
          aria-pressed={shown}
          onClick={() => setShown(!shown)}
        >
          <Icon name="eye" />
        </button>
      </div>
      <p class="hint" id={`${id}-hint`} role={props.wrong ? "alert" : undefined}>
        {props.wrong && <Mark name="warn" />}
        {hint && <span>{hint}</span>}
      </p>
    </div>
  );
}
