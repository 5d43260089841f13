/** English, and the list of keys: `screen.element`. Every other catalogue has the same ones. */
import { access } from "./en/access";
import { frame } from "./en/frame";
import { history } from "./en/history";
import { limits } from "./en/limits";
import { parts } from "./en/parts";
import { plc } from "./en/plc";
import { run } from "./en/run";
import { system } from "./en/system";
import { teach } from "./en/teach";

export const AREAS = [frame, parts, access, run, teach, limits, history, plc, system] as const;

export const en = {
  ...frame,
  ...parts,
  ...access,
  ...run,
  ...teach,
  ...limits,
  ...history,
  ...plc,
  ...system,
};
