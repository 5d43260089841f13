import type { teach as en } from "../en/teach";
import type { Words } from "../words";

export const teach: Words<typeof en> = {};
