/** The pages that a SCADA screen shows in a frame, and the tokens that let it. */
import { signal } from "@preact/signals";
import { httpAddress } from "../../core/address";
import { post, remove } from "../../core/api";
import type { NewViewToken, ViewToken } from "../../core/contract";
import { Asked, reasonOf } from "../asked";
import { Leaving } from "../leaving";

export const PAGES = ["live", "last", "last-failed"] as const;
export type ViewPage = (typeof PAGES)[number];

export const tokens = new Asked<readonly ViewToken[]>("view-tokens");
/** The one that was made last: its secret is told this once. */
export const made = signal<NewViewToken | null>(null);

export const leaving = new Leaving((name) => {
  if (made.value?.name === name) made.value = null;
  return tokens.take(() => remove<ViewToken[]>(`view-tokens/${encodeURIComponent(name)}`));
});

/** "" = done, else why not. */
export async function make(name: string): Promise<string> {
  try {
    made.value = await post<NewViewToken>("view-tokens", { name });
  } catch (error) {
    return reasonOf(error);
  }
  await tokens.refresh();
  return "";
}

/** With the secret where one was just made; else as browsers use it that need none. */
export function addressOf(page: ViewPage, token: string): string {
  return httpAddress(`view/${page}${token && `?token=${encodeURIComponent(token)}`}`);
}
