/** Where the jump box can go: pages, tools, tags, settings. Whoever knows of such things adds them. */
import { signal } from "@preact/signals";

export interface Jump {
  name: string; // in the reader's language
  kind: string; // likewise: page, tool, tag, setting
  go: () => void;
}

export type Jumps = () => Promise<readonly Jump[]> | readonly Jump[];

const sources = new Set<Jumps>();
export const jumping = signal(false);

/** `jumps` is asked each time the box is opened, until the returned function is called. */
export function addJumps(jumps: Jumps): () => void {
  sources.add(jumps);
  return () => void sources.delete(jumps);
}

/** What there is now, source by source as they answer; one that fails has nothing. */
export function askJumps(found: (jumps: readonly Jump[]) => void): void {
  for (const jumps of sources) {
    (async () => found(await jumps()))().catch((error) => console.debug("no places", error));
  }
}
