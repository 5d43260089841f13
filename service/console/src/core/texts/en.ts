/** English, and the list of keys: `screen.element`. Every other catalogue has the same ones. Pages load their part. */
import { base } from "./en/base";
import { history } from "./en/history";
import { plc } from "./en/plc";
import { system } from "./en/system";
import { teaching } from "./en/teaching";

export const PARTS = { base, teach: teaching, history, plc, system } as const;

export const en = { ...base, ...teaching, ...history, ...plc, ...system };
