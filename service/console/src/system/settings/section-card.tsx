import type { SettingsSection } from "../../core/contract";
import { type Field, fieldsOf, type Schema } from "../../core/schema-form";
import { text } from "../../core/texts";
import { SchemaForm } from "../../parts/form/schema-form";
import css from "../system.module.css";
import { Card } from "../told";
import { draft, problems, setValue, valuesOf } from "./settings";

/** One section of the file; without a field that is wanted it is not there. */
export function SectionCard(props: {
  section: SettingsSection;
  wanted: string;
  differing: boolean;
}) {
  const { section, differing } = props;
  const schema = section.schema as Schema;
  const wanted = props.wanted.trim().toLowerCase();
  const show = (field: Field) => {
    const at = `/${section.name}/${field.name}`;
    const differs = field.name in section.origins || draft.value.has(at);
    const said = `${section.name}.${field.name} ${field.title} ${field.help}`.toLowerCase();
    return (!differing || differs) && said.includes(wanted);
  };
  if (!fieldsOf(schema).some(show)) return null;
  return (
    <Card title={`[${section.name}]`} testid={`settings-${section.name}`}>
      <div class="body">
        <SectionForm section={section} show={show} />
      </div>
    </Card>
  );
}

/** The fields of one section, with what is not kept yet. */
export function SectionForm(props: { section: SettingsSection; show?: (field: Field) => boolean }) {
  const { section, show } = props;
  return (
    <SchemaForm
      schema={section.schema as Schema}
      values={valuesOf(section)}
      pointer={`/${section.name}`}
      problems={problems.value}
      {...(show && { show })}
      extra={(field) => <Aside section={section} name={field.name} />}
      onChange={(name, value) => setValue(section, name, value)}
    />
  );
}

/** Where the value comes from, and when a change counts. */
function Aside({ section, name }: { section: SettingsSection; name: string }) {
  const origin = section.origins[name];
  const words = [
    origin && origin !== "file" && origin !== "code" && text("settings.variable", { name: origin }),
    section.at_start.includes(name) && text("settings.restart"),
    name in section.running && text("settings.running", { value: told(section.running[name]) }),
  ].filter(Boolean);
  return words.length > 0 ? <p class={`fine ${css.aside}`}>{words.join(" ")}</p> : null;
}

function told(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}
