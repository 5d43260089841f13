/** German, whole: it proves that no key is missing. Pages load their part. */
import type { Catalogue } from "../texts";
import { base } from "./de/base";
import { history } from "./de/history";
import { plc } from "./de/plc";
import { system } from "./de/system";
import { teaching } from "./de/teaching";

export const de: Catalogue = { ...base, ...teaching, ...history, ...plc, ...system };
