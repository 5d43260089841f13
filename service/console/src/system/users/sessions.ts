/** Who is signed in at which browser. */
import { remove } from "../../core/api";
import type { SignedIn } from "../../core/contract";
import { Asked } from "../asked";

export const EVERY_MS = 5000;

export const sessions = new Asked<readonly SignedIn[]>("sessions");

/** Its next request is refused, its connections are closed. */
export async function end({ id }: SignedIn): Promise<void> {
  await sessions.take(() => remove<SignedIn[]>(`sessions/${id}`));
}
