import { useId } from "preact/hooks";
import type { ControlProps } from "./field-control";
import { FieldFrame } from "./frame";

/** On or off. */
export function Toggle(props: ControlProps) {
  const id = useId();
  const on = props.value === true;
  return (
    <FieldFrame
      {...props}
      id={id}
      grouped
      problem={props.problems[props.pointer] ?? ""}
      onDefault={() => props.onChange(props.field.initial)}
    >
      <button
        type="button"
        class="switch"
        role="switch"
        aria-checked={on}
        aria-labelledby={`${id}-label`}
        aria-describedby={`${id}-hint`}
        disabled={props.disabled}
        onClick={() => props.onChange(!on)}
      >
        <i />
      </button>
    </FieldFrame>
  );
}
