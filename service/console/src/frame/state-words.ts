import type { StationState } from "../core/contract";
import { number } from "../core/format";
import { isTextKey, text } from "../core/texts";

const BY_HAND = [1, 2]; // OfflineReason: engineer, PLC

/** The station's state in the reader's words; null is a dash. */
export function stateWords(said: StationState | null): string {
  if (!said) return number(null);
  if (BY_HAND.includes(said.offline_code)) return text("state.offline"); // it is up, and waits to be let in
  const key = `state.${said.state.toLowerCase()}`;
  return isTextKey(key) ? text(key) : said.state_text;
}
