import { useAttempt } from "../access/attempt";
import { remove } from "../core/api";
import type { StationState } from "../core/contract";
import { countdown, number } from "../core/format";
import { text } from "../core/texts";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { stale, stationNow } from "../station";

type Told = NonNullable<StationState["forced"]>;

/** What is forced, by whom and for how long. */
export function Forced({ told }: { told: Told }) {
  const { busy, wrong, make } = useAttempt();
  const left = countdown(told.ends_at_us / 1000 - stationNow.value);
  const allowed = may("force_io");
  return (
    <section class="banner force" aria-label={text("forced.name")} data-testid="forced">
      <Mark name="warn" />
      <div>
        <b role="status">{forcedWords(told)}</b> {text("forced.by", { by: told.by.join(", ") })}{" "}
        <span role="timer">{text("forced.left", { left })}</span>
        {wrong && <p role="alert">{wrong}</p>}
        {!allowed && <p class="fine">{text("forced.may_not")}</p>}
      </div>
      <button
        type="button"
        class="button"
        disabled={!allowed || busy || stale.value}
        onClick={() => void make(async () => void (await remove("forces")))}
      >
        <span class="t">{text("forced.end")}</span>
      </button>
    </section>
  );
}

function forcedWords({ count, points }: Told): string {
  const names = points.join(", ") + (count > points.length ? ", …" : "");
  return text(count === 1 ? "forced.one" : "forced.many", { count: number(count), names });
}
