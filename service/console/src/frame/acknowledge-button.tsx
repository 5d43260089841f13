import { text } from "../core/texts";
import { stale } from "../station";
import { acknowledge, refused } from "./acknowledge";

/** Says to the station that this alarm was seen. */
export function AcknowledgeButton({ number }: { number: number }) {
  return (
    <button
      type="button"
      class="button"
      aria-label={text("alarms.acknowledge_one", { number })}
      data-testid={`acknowledge-${number}`}
      disabled={stale.value}
      onClick={() => void acknowledge(number)}
    >
      <span class="t">{text("alarms.acknowledge")}</span>
    </button>
  );
}

/** Why it was not taken, for a few seconds; "" = nothing was refused. */
export function refusalOf(number: number): string {
  const said = refused.value;
  return said?.number === number ? text("alarms.refused", { reason: said.reason }) : "";
}
