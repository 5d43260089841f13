import { useAttempt } from "../access/attempt";
import type { Forced } from "../core/contract";
import { countdown } from "../core/format";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { may } from "../session";
import { stationNow } from "../station";
import { asked, endForce, forces, PULSES, pointsOf, pulse } from "./forces";
import css from "./plc.module.css";

/** Of one tag: force it, and what of it is forced. */
export function ForceRow({ tag }: { tag: string }) {
  if (PULSES.has(tag)) return <Pulse tag={tag} />;
  const own = pointsOf(tag);
  const [first] = own;
  if (!first) return null;
  const standing = own.flatMap(({ name }) => forces.value.get(name) ?? []);
  return (
    <>
      <p class={css.acts}>
        <button
          type="button"
          class="button"
          disabled={!may("force_io")}
          onClick={() => (asked.value = first.name)}
        >
          <Icon name="hand" />
          <span class="t">{text("force.open")}</span>
        </button>
        {!may("force_io") && <span class="why">{text("force.may_not")}</span>}
      </p>
      {standing.map((one) => (
        <Standing one={one} key={one.point} />
      ))}
    </>
  );
}

function Standing({ one }: { one: Forced }) {
  const { busy, wrong, make } = useAttempt();
  const left = countdown(one.ends_at_us / 1000 - stationNow.value);
  return (
    <p class={css.acts} data-testid={`force-${one.point}`}>
      <button
        type="button"
        class="button"
        disabled={!may("force_io") || busy}
        aria-label={text("force.end_one", { point: one.point })}
        onClick={() => void make(() => endForce(one.point))}
      >
        <span class="t">{text("force.end")}</span>
      </button>
      <span>
        {text("force.stands", { point: one.point, value: valueWords(one.value), by: one.by, left })}
        {wrong && <b role="alert"> {wrong}</b>}
      </span>
    </p>
  );
}

/** One pulse, as a PLC gives it; whether the station takes it, it says. */
function Pulse({ tag }: { tag: string }) {
  const { busy, wrong, make } = useAttempt();
  return (
    <p class={css.acts}>
      <button
        type="button"
        class="button"
        disabled={!may("force_io") || busy}
        onClick={() => void make(() => pulse(tag))}
      >
        <Icon name="hand" />
        <span class="t">{text("force.pulse")}</span>
      </button>
      <span class="why" role={wrong ? "alert" : undefined}>
        {wrong || text(may("force_io") ? "force.pulse_more" : "force.may_not")}
      </span>
    </p>
  );
}

function valueWords(value: unknown): string {
  return typeof value === "boolean" ? String(Number(value)) : String(value);
}
