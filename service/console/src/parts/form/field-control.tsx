import type { Field, Schema } from "../../core/schema-form";
import { text } from "../../core/texts";
import { Choice } from "./choice";
import { ListField } from "./list-field";
import { type Problems, SchemaForm, type Values } from "./schema-form";
import { TextField } from "./text-field";
import { Toggle } from "./toggle";

export interface ControlProps {
  field: Field;
  root: Schema;
  value: unknown;
  pointer: string;
  problems: Problems;
  changed: boolean; // differs from the default
  disabled: boolean;
  onChange: (value: unknown) => void;
}

/** The control that fits a field's kind. */
export function FieldControl(props: ControlProps) {
  const { field } = props;
  switch (field.kind) {
    case "boolean":
      return <Toggle {...props} />;
    case "choice":
      return <Choice {...props} />;
    case "list":
      return <ListField {...props} />;
    case "object":
      return <Nested {...props} />;
    default:
      return <TextField {...props} />;
  }
}

/** An object within: its fields under its name; one that may be unset has a switch. */
function Nested(props: ControlProps) {
  const { field, value, pointer } = props;
  const values = (value ?? null) as Values | null;
  return (
    <fieldset class="nested">
      <legend>{field.title}</legend>
      {field.help && <p class="fine">{field.help}</p>}
      {field.optional && (
        <button
          type="button"
          class="switch"
          role="switch"
          aria-checked={values !== null}
          disabled={props.disabled}
          onClick={() => props.onChange(values === null ? {} : null)}
        >
          <i />
          {values === null ? text("form.off") : text("form.on")}
        </button>
      )}
      {values !== null && (
        <SchemaForm
          schema={field.schema}
          root={props.root}
          values={values}
          pointer={pointer}
          problems={props.problems}
          disabled={props.disabled}
          onChange={(name, part) => props.onChange({ ...values, [name]: part })}
        />
      )}
    </fieldset>
  );
}
