import { Later } from "../parts/later";
import { state } from "../station";

const banner = async () => (await import("./forced")).Forced;

/** That values are forced: on every page, for everybody, until it ends. */
export function ForcedBanner() {
  const told = state.value?.forced;
  return told ? <Later load={banner} told={told} /> : null;
}
