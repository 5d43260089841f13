import { useId } from "preact/hooks";
import type { ForcePoint } from "../core/contract";
import { number } from "../core/format";
import { text } from "../core/texts";
import { Mark } from "../parts/mark";
import { NumberField } from "../parts/number-field";

export type Typed = boolean | number | string | null;

/** A value of the point's type, within its bounds. */
export function ForceValue(props: {
  point: ForcePoint;
  value: Typed;
  problem: string;
  onChange: (value: Typed) => void;
}) {
  const { point, value, problem, onChange } = props;
  if (point.type === "bool") return <Bit {...props} />;
  if (point.most_bytes !== null) return <Words {...props} most={point.most_bytes} />;
  const { low, high } = point;
  const aside = low === null || high === null ? point.type : `${number(low)} … ${number(high)}`;
  return (
    <NumberField
      label={text("force.value")}
      value={typeof value === "number" ? value : null}
      aside={aside}
      hint={text("force.value_more")}
      problem={problem}
      onChange={onChange}
    />
  );
}

function Bit({ value, onChange }: { value: Typed; onChange: (value: Typed) => void }) {
  const id = useId();
  return (
    <div class="field">
      <span class="label" id={id}>
        {text("force.value")}
      </span>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one line of faces */}
      <div class="segmented" role="group" aria-labelledby={id}>
        {[false, true].map((bit) => (
          <button
            type="button"
            key={Number(bit)}
            aria-pressed={value === bit}
            onClick={() => onChange(bit)}
          >
            {Number(bit)}
          </button>
        ))}
      </div>
    </div>
  );
}

function Words(props: {
  value: Typed;
  most: number;
  problem: string;
  onChange: (value: Typed) => void;
}) {
  const id = useId();
  const { problem, most } = props;
  return (
    <div class={`field ${problem ? "wrong" : ""}`}>
      <label for={id}>
        {text("force.value")}
        <span class="bounds">{text("force.bytes", { most: number(most) })}</span>
      </label>
      <span class="input">
        <input
          id={id}
          autocomplete="off"
          spellcheck={false}
          value={typeof props.value === "string" ? props.value : ""}
          aria-invalid={problem !== ""}
          aria-describedby={problem ? `${id}-hint` : undefined}
          onInput={(event) => props.onChange(event.currentTarget.value)}
        />
      </span>
      {problem && (
        <p class="hint" id={`${id}-hint`} role="alert">
          <Mark name="warn" />
          {problem}
        </p>
      )}
    </div>
  );
}
