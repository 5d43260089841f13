import type { history as en } from "../en/history";
import type { Words } from "../words";

export const history: Words<typeof en> = {};
