/** The table of tags and how each stands now. */
import { computed, signal } from "@preact/signals";
import { get } from "../core/api";
import type { Tag, TagState, TagStates } from "../core/contract";
import { rowsOf, type TagGroup } from "../core/tags";

export const EVERY_MS = 500;

export const tags = signal<readonly Tag[]>([]);
export const states = signal<ReadonlyMap<string, TagState>>(new Map());
export const search = signal("");
export const group = signal<TagGroup | "">("");

export const rows = computed(() =>
  rowsOf(tags.value, states.value, { search: search.value, group: group.value }),
);

let revision = 0;

/** Take over what changed since the last time. */
export async function refreshTags(): Promise<void> {
  if (tags.value.length === 0) tags.value = await get<Tag[]>("tags");
  const said = await get<TagStates>(`tags/states?since=${revision}`);
  revision = said.revision;
  if (said.items.length === 0) return;
  const next = new Map(states.value);
  for (const one of said.items) next.set(one.name, one);
  states.value = next;
}
