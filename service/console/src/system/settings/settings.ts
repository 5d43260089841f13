/** The settings as they are, what is changed of them and not kept yet, and what is wrong with it. */
import { computed, signal } from "@preact/signals";
import { getTagged, Problem, put } from "../../core/api";
import type { SettingsSection, SettingsShown } from "../../core/contract";
import { sameValue } from "../../core/schema-form";
import { language } from "../../core/texts";
import { reasonOf } from "../asked";

export const shown = signal<SettingsShown | null>(null);
export const trouble = signal("");
export const problems = signal<Readonly<Record<string, string>>>({}); // by pointer: /live/fps
export const draft = signal<ReadonlyMap<string, unknown>>(new Map()); // by pointer

let tag = "";

/** In the words of the reader's language. */
function path(): string {
  return `settings?language=${language()}`;
}

export const changes = computed(() => draft.value.size);

export async function load(): Promise<void> {
  try {
    const said = await getTagged<SettingsShown>(path());
    [shown.value, tag] = [said.body, said.etag];
    trouble.value = "";
  } catch (error) {
    trouble.value = reasonOf(error);
  }
}

/** With what is not kept yet. */
export function valuesOf(section: SettingsSection): Record<string, unknown> {
  const own = Object.keys(section.values).map((key) => {
    const at = `/${section.name}/${key}`;
    return [key, draft.value.has(at) ? draft.value.get(at) : section.values[key]];
  });
  return Object.fromEntries(own);
}

export function setValue(section: SettingsSection, key: string, value: unknown): void {
  const at = `/${section.name}/${key}`;
  const next = new Map(draft.value);
  if (sameValue(value, section.values[key])) next.delete(at);
  else next.set(at, value);
  draft.value = next;
  const { [at]: _, ...others } = problems.value;
  problems.value = others;
}

export function undo(): void {
  draft.value = new Map();
  problems.value = {};
  trouble.value = "";
}

/** Put all of it into the file, or nothing; whether it was done. */
export async function keep(): Promise<boolean> {
  try {
    const said = await put<SettingsShown>(path(), { values: asked() }, { ifMatch: tag });
    [shown.value, tag] = [said.body, said.etag];
    undo();
    return true;
  } catch (error) {
    problems.value = error instanceof Problem ? placed(error) : {};
    const told = Object.keys(problems.value).length > 0;
    trouble.value = told ? "" : reasonOf(error);
    return false;
  }
}

/** What equals the default goes out of the file. */
function asked(): Record<string, Record<string, unknown>> {
  const values: Record<string, Record<string, unknown>> = {};
  for (const [at, value] of draft.value) {
    const [, name = "", key = ""] = at.split("/");
    const properties = schemaOf(name)?.properties ?? {};
    const standard = properties[key]?.default;
    const section = values[name] ?? {};
    section[key] = standard !== undefined && sameValue(value, standard) ? null : value;
    values[name] = section;
  }
  return values;
}

function schemaOf(name: string) {
  const section = shown.value?.sections.find((each) => each.name === name);
  return section?.schema as { properties?: Record<string, { default?: unknown }> } | undefined;
}

/** Beside the field that each is about: body.values.live.fps is /live/fps. */
export function placed({ errors }: Problem): Record<string, string> {
  const found = errors.map(({ where, message }) => {
    const [, section = "", key = ""] = /^body\.values\.(\w+)\.(\w+)/.exec(where) ?? [];
    return [section && `/${section}/${key}`, message] as const;
  });
  return Object.fromEntries(found.filter(([at]) => at));
}
