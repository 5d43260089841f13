import { useId } from "preact/hooks";
import { optionWords } from "../../core/schema-form";
import { text } from "../../core/texts";
import { Icon } from "../icon";
import type { ControlProps } from "./field-control";
import { FieldFrame } from "./frame";

const SIDE_BY_SIDE = 3; // more options make a list
const SHORT = 26; // characters of all of them together

/** One of a few: side by side where they have room, else in a list. */
export function Choice(props: ControlProps) {
  const { field, value } = props;
  const id = useId();
  const options = field.options.map(String);
  const short = options.length <= SIDE_BY_SIDE && options.join("").length <= SHORT;
  const problem = props.problems[props.pointer] ?? "";
  const choose = (said: string) =>
    props.onChange(field.options.find((option) => String(option) === said) ?? null);
  return (
    <FieldFrame
      {...props}
      id={id}
      problem={problem}
      grouped={short && !field.optional}
      onDefault={() => props.onChange(field.initial)}
    >
      {short && !field.optional ? (
        // biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one line of faces
        <div class="segmented" role="group" aria-labelledby={`${id}-label`}>
          {options.map((option) => (
            <button
              type="button"
              key={option}
              aria-pressed={String(value) === option}
              disabled={props.disabled}
              onClick={() => choose(option)}
            >
              {optionWords(field, option)}
            </button>
          ))}
        </div>
      ) : (
        <span class="input">
          <select
            id={id}
            value={value === null || value === undefined ? "" : String(value)}
            disabled={props.disabled}
            aria-describedby={`${id}-hint`}
            onChange={(event) => choose(event.currentTarget.value)}
          >
            {field.optional && <option value="">{text("form.unset")}</option>}
            {options.map((option) => (
              <option value={option} key={option}>
                {optionWords(field, option)}
              </option>
            ))}
          </select>
          <Icon name="down" />
        </span>
      )}
    </FieldFrame>
  );
}
