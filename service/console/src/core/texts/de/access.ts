import type { access as en } from "../en/access";
import type { Words } from "../words";

export const access: Words<typeof en> = {};
