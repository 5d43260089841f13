import { useEffect, useId, useState } from "preact/hooks";
import { unitWords } from "../../core/format";
import { parsed, sameValue, typedOf } from "../../core/schema-form";
import type { ControlProps } from "./field-control";
import { FieldFrame } from "./frame";

const LONG = 60; // characters: from here on a text has several lines

/** Numbers, texts, and what is written as JSON. What does not parse stays as typed, with what would be right. */
export function TextField(props: ControlProps) {
  const { field, value, pointer, problems, disabled } = props;
  const id = useId();
  const [typed, setTyped] = useState(typedOf(field, value));
  const [problem, setProblem] = useState("");
  useEffect(() => {
    const mine = parsed(field, typed);
    if ("value" in mine && sameValue(mine.value, value)) return;
    setTyped(typedOf(field, value));
    setProblem("");
  }, [value]);

  const type = (next: string) => {
    setTyped(next);
    const read = parsed(field, next);
    setProblem("problem" in read ? read.problem : "");
    if ("value" in read) props.onChange(read.value);
  };
  const numeric = field.kind === "number" || field.kind === "integer";
  const long = field.kind === "json" || (!numeric && typed.length > LONG);
  const said = problem || problems[pointer] || "";
  const common = {
    id,
    disabled,
    "aria-invalid": said !== "",
    "aria-describedby": `${id}-hint`,
    onInput: (event: Event) => type((event.currentTarget as HTMLInputElement).value),
  };
  return (
    <FieldFrame {...props} id={id} problem={said} onDefault={() => props.onChange(field.initial)}>
      <span class="input">
        {long ? (
          <textarea {...common} rows={Math.min(8, typed.split("\n").length + 1)} value={typed} />
        ) : (
          <input
            {...common}
            value={typed}
            inputMode={numeric ? "decimal" : "text"}
            autocomplete="off"
            spellcheck={false}
          />
        )}
        {field.unit && <span class="unit">{unitWords(field.unit)}</span>}
      </span>
    </FieldFrame>
  );
}
