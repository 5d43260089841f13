import { useId } from "preact/hooks";
import { fieldOf, parsed } from "../../core/schema-form";
import { text } from "../../core/texts";
import { Icon } from "../icon";
import type { ControlProps } from "./field-control";
import { FieldFrame } from "./frame";

/** Several texts or numbers, a line each. */
export function ListField(props: ControlProps) {
  const { field, pointer, problems, disabled } = props;
  const id = useId();
  const entries = Array.isArray(props.value) ? (props.value as unknown[]) : [];
  const item = fieldOf(field.name, field.schema.items ?? { type: "string" }, props.root);
  const replace = (at: number, typed: string) => {
    const read = parsed({ ...item, optional: false }, typed);
    const value = "value" in read ? read.value : typed;
    props.onChange(entries.map((entry, index) => (index === at ? value : entry)));
  };
  const wrong = entries
    .map((entry, at) => {
      const read = parsed({ ...item, optional: false }, String(entry));
      return problems[`${pointer}/${at}`] ?? ("problem" in read ? read.problem : "");
    })
    .find(Boolean);
  return (
    <FieldFrame
      {...props}
      id={id}
      grouped
      problem={problems[pointer] ?? wrong ?? ""}
      onDefault={() => props.onChange(field.initial)}
    >
      <div class="entries">
        {entries.map((entry, at) => (
          <span class="input" key={at}>
            <input
              value={String(entry)}
              disabled={disabled}
              aria-label={`${field.title} ${at + 1}`}
              aria-describedby={`${id}-hint`}
              autocomplete="off"
              spellcheck={false}
              onInput={(event) => replace(at, event.currentTarget.value)}
            />
            <button
              type="button"
              class="button icon-only plain"
              disabled={disabled}
              aria-label={text("form.take_out", { number: at + 1, field: field.title })}
              onClick={() => props.onChange(entries.filter((_, index) => index !== at))}
            >
              <Icon name="x" />
            </button>
          </span>
        ))}
        <button
          type="button"
          class="button icon-only plain"
          disabled={disabled}
          aria-label={text("form.add", { field: field.title })}
          onClick={() => props.onChange([...entries, item.kind === "text" ? "" : 0])}
        >
          <Icon name="plus" />
        </button>
      </div>
    </FieldFrame>
  );
}
