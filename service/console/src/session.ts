/** Who uses this page, and what they may. The station decides; what is off here says why. */
import { computed, signal } from "@preact/signals";

/** Names of the station's permission table. */
export type Action =
  | "read"
  | "trigger"
  | "acknowledge"
  | "counters"
  | "production"
  | "select_recipe"
  | "online"
  | "recipes"
  | "pins"
  | "exports"
  | "camera"
  | "force_io"
  | "users"
  | "certificates"
  | "settings"
  | "backup"
  | "upgrade";

export interface Session {
  user: string; // "" = nobody signed in
  role: string;
  actions: readonly string[];
}

/** null = everything: the demonstration on loopback. */
export const session = signal<Session | null>(null);

const actions = computed(() => session.value && new Set(session.value.actions));

export function may(action: Action): boolean {
  return actions.value?.has(action) ?? true;
}
