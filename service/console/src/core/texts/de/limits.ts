import type { limits as en } from "../en/limits";
import type { Words } from "../words";

export const limits: Words<typeof en> = {};
