import { text } from "../../core/texts";
import { waiting } from "../../frame/acknowledge";
import { alarms, standing } from "../../station";
import css from "../system.module.css";
import { Card, Cards, NotAllowed, Trouble } from "../told";
import { AlarmRow } from "./alarm-row";
import { trouble } from "./care";
import { PastCard } from "./past-card";

/** Active alarms, those that are over and wait for somebody, and all there were. */
export function AlarmsTab() {
  const over = standing.value.filter(({ active }) => !active);
  return (
    <Cards label={text("system.alarms")}>
      <Trouble words={trouble.value} />
      <NotAllowed action="acknowledge" whose="operator" />
      <Card title={text("alarmtab.active")} wide testid="alarms-active">
        {alarms.value.length === 0 && <p class="body quiet">{text("alarms.none")}</p>}
        <Rows of={alarms.value} />
      </Card>
      {over.length > 0 && (
        <Card
          title={text("alarmtab.over", { count: waiting.value.length })}
          wide
          testid="alarms-over"
        >
          <Rows of={over} />
        </Card>
      )}
      <PastCard />
    </Cards>
  );
}

function Rows({ of }: { of: typeof alarms.value }) {
  return (
    <ul class={css.rows}>
      {of.map((alarm) => (
        <AlarmRow key={alarm.number} alarm={alarm} />
      ))}
    </ul>
  );
}
