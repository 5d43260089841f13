/** What every page says, and what Run does: it comes with the first load. */
import { access } from "./access";
import { frame } from "./frame";
import { parts } from "./parts";
import { run } from "./run";

export const base = { ...frame, ...parts, ...access, ...run };
