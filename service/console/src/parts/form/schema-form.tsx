import type { ComponentChildren } from "preact";
import { type Field, fieldsOf, resolved, type Schema, sameValue } from "../../core/schema-form";
import { FieldControl } from "./field-control";

export type Values = Readonly<Record<string, unknown>>;
/** What is wrong, by the JSON Pointer of its place ("/steps/2/tool/mode"). */
export type Problems = Readonly<Record<string, string>>;

export interface FormProps {
  schema: Schema;
  root?: Schema; // where $ref leads
  values: Values; // what is not in it has its default
  pointer?: string; // of `values` in the whole document
  problems?: Problems;
  disabled?: boolean;
  /** Called with a value that the schema allows; what does not parse stays in its field, with what would be right. */
  onChange: (name: string, value: unknown) => void;
  show?: (field: Field) => boolean;
  extra?: (field: Field) => ComponentChildren; // below a field
}

/** A form from a JSON Schema: each field with its unit, bounds, help, and what is wrong with it, all at once. */
export function SchemaForm(props: FormProps) {
  const { schema, root = schema, values, pointer = "", problems = {}, show } = props;
  const fields = fieldsOf(resolved(schema, root), root).filter(show ?? (() => true));
  return (
    <div class="form">
      {fields.map((field) => (
        <div class="whole" key={field.name}>
          <FieldControl
            field={field}
            root={root}
            value={values[field.name] === undefined ? field.initial : values[field.name]}
            pointer={`${pointer}/${field.name}`}
            problems={problems}
            changed={
              field.initial !== undefined &&
              values[field.name] !== undefined &&
              !sameValue(values[field.name], field.initial)
            }
            disabled={props.disabled ?? false}
            onChange={(value) => props.onChange(field.name, value)}
          />
          {props.extra?.(field)}
        </div>
      ))}
    </div>
  );
}
