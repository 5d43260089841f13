/** German. */
import type { Catalogue } from "../texts";
import { access } from "./de/access";
import { frame } from "./de/frame";
import { history } from "./de/history";
import { limits } from "./de/limits";
import { parts } from "./de/parts";
import { plc } from "./de/plc";
import { run } from "./de/run";
import { system } from "./de/system";
import { teach } from "./de/teach";

export const de: Catalogue = {
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
