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

/** What there is now; a source that fails has nothing. */
export async function allJumps(): Promise<Jump[]> {
  const found = await Promise.allSettled([...sources].map(async (jumps) => await jumps()));
  return found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}
