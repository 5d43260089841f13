import type { Alarm } from "../core/contract";
import { moment } from "../core/format";
import { hashOf } from "../core/page";
import { text } from "../core/texts";
import { alarmWords } from "../core/words";
import { Mark } from "../parts/mark";
import { alarms, stationNow, texts } from "../station";
import { waiting } from "./acknowledge";
import { AcknowledgeButton, refusalOf } from "./acknowledge-button";
import css from "./frame.module.css";
import { ToPage } from "./to-page";

/** Those that stand, and those that are over and wait for somebody to see them. */
export function AlarmList() {
  const active = alarms.value;
  return (
    <>
      <h2>{text("top.alarms_title")}</h2>
      {active.length === 0 && <p class="quiet">{text("alarms.none")}</p>}
      <Rows of={active} />
      {waiting.value.length > 0 && <h2>{text("alarms.over_title")}</h2>}
      <Rows of={waiting.value} />
      <ToPage href={hashOf("system", ["alarms"])} words={text("alarms.to_page")} />
    </>
  );
}

function Rows({ of }: { of: readonly Alarm[] }) {
  if (of.length === 0) return null;
  return (
    <ul>
      {of.map((alarm) => (
        <Row key={alarm.number} alarm={alarm} />
      ))}
    </ul>
  );
}

/** What nobody has acknowledged is marked, hollow where it is over; the rest is calm. */
function Row({ alarm }: { alarm: Alarm }) {
  const refusal = refusalOf(alarm.number);
  return (
    <li
      class={alarm.active && !alarm.acknowledged ? "" : css.calm}
      data-testid={`alarm-${alarm.number}`}
    >
      {alarm.acknowledged ? <i /> : <Mark name={alarm.active ? "warn" : "over"} />}
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
  if (alarm.over_at_us !== null) {
    return text("alarms.over", { time: at(alarm.since_us), end: at(alarm.over_at_us) });
  }
  const since = text("alarms.since", { time: at(alarm.since_us) });
  if (alarm.acknowledged_at_us === null) return since;
  const seen = { time: at(alarm.acknowledged_at_us), who: alarm.acknowledged_by };
  return `${since} · ${text("alarms.acknowledged", seen)}`;
}
