/** The tools as the station describes them, and the schema of a recipe, for forms. */
import { computed, signal } from "@preact/signals";
import { get } from "../core/api";
import type { Tool } from "../core/contract";
import type { Schema } from "../core/schema-form";
import { language, type TextKey } from "../core/texts";

export const tools = signal<readonly Tool[]>([]); // in the order of what they are for
/** Of a whole recipe; null: not known yet. */
export const recipeSchema = signal<Schema | null>(null);

const byType = computed(() => new Map(tools.value.map((tool) => [tool.type, tool])));

export const GROUP_TEXTS: Readonly<Record<Tool["group"], TextKey>> = {
  find: "teach.group_find",
  compare: "teach.group_compare",
  presence: "teach.group_presence",
  measure: "teach.group_measure",
  count: "teach.group_count",
  read: "teach.group_read",
  surface: "teach.group_surface",
  models: "teach.group_models",
  logic: "teach.group_logic",
  checks: "teach.group_checks",
};

export function toolOf(type: string): Tool | undefined {
  return byType.value.get(type);
}

/** What people call it. */
export function toolTitle(type: string): string {
  return toolOf(type)?.title ?? type;
}

export async function fetchTools(): Promise<void> {
  const asked = `language=${language()}`;
  if (!tools.value.length) tools.value = await get<readonly Tool[]>(`tools?${asked}`);
  recipeSchema.value ??= await get<Schema>(`recipes/schema?${asked}`);
}
