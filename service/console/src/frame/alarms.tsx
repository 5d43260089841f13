import type { Alarm } from "../core/contract";
import { moment } from "../core/format";
import { text } from "../core/texts";
import { alarmWords } from "../core/words";
import { Mark } from "../parts/mark";
import { alarms, stationNow, texts } from "../station";
import { AcknowledgeButton, refusalOf } from "./acknowledge-button";
import css from "./frame.module.css";

/** How many alarms stand, a press opens the list. */
export function AlarmsButton() {
  const active = alarms.value;
  if (active.length === 0) return null;
  return (
    <button
      type="button"
      class={`alarms ${css.alarms}`}
      popovertarget="alarms"
      aria-label={text("top.alarms", { count: active.length })}
    >
      <Mark name="warn" />
      {active.length}
    </button>
  );
}

/** Stands beside the top line, not in it: whatever is in the line is a part of it. */
export function AlarmList() {
  const active = alarms.value;
  return (
    <section
      class={`${css.float} ${css.alarmList}`}
      id="alarms"
      data-testid="alarms"
      popover="auto"
      aria-label={text("top.alarms_title")}
    >
      <h2>{text("top.alarms_title")}</h2>
      {active.length === 0 && <p class="quiet">{text("alarms.none")}</p>}
      <ul>
        {active.map((alarm) => (
          <Row key={alarm.number} alarm={alarm} />
        ))}
      </ul>
    </section>
  );
}

/** What nobody has acknowledged is marked; the rest is calm. */
function Row({ alarm }: { alarm: Alarm }) {
  const refusal = refusalOf(alarm.number);
  return (
    <li class={alarm.acknowledged ? css.seen : ""} data-testid={`alarm-${alarm.number}`}>
      {alarm.acknowledged ? <i /> : <Mark name="warn" />}
      <b>{alarm.number}</b>
      <span>{alarmWords(texts.value, alarm)}</span>
      <div class={css.care}>
        <small class="fine">{times(alarm)}</small>
        {!alarm.acknowledged && <AcknowledgeButton number={alarm.number} />}
      </div>
      {refusal && <p role="alert">{refusal}</p>}
    </li>
  );
}

function times(alarm: Alarm): string {
  const at = (us: number) => moment(us / 1000, stationNow.value);
  const since = text("alarms.since", { time: at(alarm.since_us) });
  if (alarm.acknowledged_at_us === null) return since;
  const seen = { time: at(alarm.acknowledged_at_us), who: alarm.acknowledged_by };
  return `${since} · ${text("alarms.acknowledged", seen)}`;
}
