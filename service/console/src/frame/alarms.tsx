import { text } from "../core/texts";
import { Mark } from "../parts/mark";
import { alarms } from "../station";
import { waiting } from "./acknowledge";
import { Float } from "./float";
import css from "./frame.module.css";

/** How many alarms stand, and how many are over and wait; a press opens the list. */
export function AlarmsButton() {
  const active = alarms.value.length;
  const over = waiting.value.length;
  if (active + over === 0) return null;
  const said = [
    active > 0 && text("top.alarms", { count: active }),
    over > 0 && text("top.alarms_over", { count: over }),
  ];
  return (
    <button
      type="button"
      class={`alarms ${css.alarms}`}
      popovertarget="alarms"
      aria-label={said.filter(Boolean).join(", ")}
    >
      {active > 0 && <Mark name="warn" />}
      {active > 0 && active}
      {over > 0 && <Mark name="over" />}
      {over > 0 && over}
    </button>
  );
}

const list = async () => (await import("./alarm-list")).AlarmList;

/** Stands beside the top line, not in it: whatever is in the line is a part of it. */
export function Alarms() {
  return <Float id="alarms" label={text("top.alarms_title")} css={css.alarmList} load={list} />;
}
