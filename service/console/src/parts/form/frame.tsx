import type { ComponentChildren } from "preact";
import { boundsWords, type Field, optionWords, typedOf } from "../../core/schema-form";
import { text } from "../../core/texts";
import { Icon } from "../icon";
import { Mark } from "../mark";

/** A field's label and bounds, the control, and below it what is wrong, else the help and the default. */
export function FieldFrame(props: {
  field: Field;
  id: string;
  problem: string;
  changed: boolean;
  disabled: boolean;
  children: ComponentChildren;
  onDefault: () => void;
  grouped?: boolean; // several controls: the label belongs to their group
}) {
  const { field, id, problem, changed } = props;
  const bounds = boundsWords(field);
  const label = (
    <>
      {field.title}
      {bounds && <span class="bounds">{bounds}</span>}
    </>
  );
  return (
    <div class={`field ${problem ? "wrong" : ""} ${changed ? "changed" : ""}`}>
      {props.grouped ? (
        <span class="label" id={`${id}-label`}>
          {label}
        </span>
      ) : (
        <label for={id}>{label}</label>
      )}
      {props.children}
      <div class="below">
        <Hint {...props} />
        {changed && !props.disabled && (
          <button
            type="button"
            class="button icon-only plain"
            aria-label={text("form.reset", { field: field.title })}
            title={text("form.reset", { field: field.title })}
            onClick={props.onDefault}
          >
            <Icon name="reset" />
          </button>
        )}
      </div>
    </div>
  );
}

function Hint({ field, id, problem, changed }: Parameters<typeof FieldFrame>[0]) {
  if (problem) {
    return (
      <p class="hint" id={`${id}-hint`} role="alert">
        <Mark name="warn" />
        {problem}
      </p>
    );
  }
  const standard = changed ? text("form.default", { value: defaultWords(field) }) : "";
  const words = [field.help && `${field.help.replace(/\.$/, "")}.`, standard].filter(Boolean);
  return (
    <p class="hint" id={`${id}-hint`}>
      {words.join(" ")}
    </p>
  );
}

function defaultWords(field: Field): string {
  if (field.initial === null) return text("form.unset");
  if (field.kind === "boolean") return text(field.initial ? "form.on" : "form.off");
  if (field.kind === "choice") return optionWords(field, String(field.initial));
  return typedOf(field, field.initial) || "–";
}
