import type { plc as en } from "../en/plc";
import type { Words } from "../words";

export const plc: Words<typeof en> = {};
