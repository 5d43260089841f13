import { moment } from "../core/format";
import { text } from "../core/texts";
import { alarmWords } from "../core/words";
import { Mark } from "../parts/mark";
import { alarms, stationNow, texts } from "../station";
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
      popover="auto"
      aria-label={text("top.alarms_title")}
    >
      <h2>{text("top.alarms_title")}</h2>
      <ul>
        {active.map((alarm) => (
          <li key={alarm.number}>
            <b>{alarm.number}</b>
            <span>{alarmWords(texts.value, alarm)}</span>
            <small class="fine">
              {text("top.since", { time: moment(alarm.since_us / 1000, stationNow.value) })}
            </small>
          </li>
        ))}
      </ul>
    </section>
  );
}
