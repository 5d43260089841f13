import { useId } from "preact/hooks";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";

/** One of the draft's steps, or of a step's measures. */
export function StepChoice(props: {
  steps: readonly string[];
  value: string;
  label?: string;
  onChange: (name: string) => void;
}) {
  const id = useId();
  if (props.steps.length === 0) return null;
  return (
    <div class="field">
      <label for={id}>{props.label ?? text("calib.step")}</label>
      <span class="input">
        <select
          id={id}
          value={props.value}
          onChange={(event) => props.onChange(event.currentTarget.value)}
        >
          {props.steps.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
        <Icon name="down" />
      </span>
    </div>
  );
}
