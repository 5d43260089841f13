import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get } from "../../core/api";
import type { PastAlarm, PastAlarmPage } from "../../core/contract";
import { age, moment } from "../../core/format";
import { text } from "../../core/texts";
import { standing, stationNow, texts } from "../../station";
import { reasonOf } from "../asked";
import css from "../system.module.css";
import { Card, Trouble } from "../told";

const PAGE = 50;

const past = signal<readonly PastAlarm[]>([]);
const next = signal<number | null>(null);
const trouble = signal("");

/** Every time that an alarm was active, newest first. */
export function PastCard() {
  useEffect(() => void load(), [standing.value]); // whatever is done to one stands here, too
  return (
    <Card title={text("alarmtab.past")} wide testid="alarms-past">
      <Trouble words={trouble.value} />
      {past.value.length === 0 && <p class="body quiet">{text("alarmtab.none_past")}</p>}
      {past.value.length > 0 && (
        <div class={css.scroll}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{text("alarmtab.number")}</th>
                <th scope="col">{text("alarmtab.what")}</th>
                <th scope="col">{text("alarmtab.came")}</th>
                <th scope="col">{text("alarmtab.lasted")}</th>
                <th scope="col" class={css.opt}>
                  {text("alarmtab.who")}
                </th>
              </tr>
            </thead>
            <tbody>
              {past.value.map((alarm) => (
                <Row key={alarm.id} alarm={alarm} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {next.value !== null && (
        <div class="body">
          <button type="button" class="button" onClick={() => void load(next.value)}>
            {text("system.more")}
          </button>
        </div>
      )}
    </Card>
  );
}

function Row({ alarm }: { alarm: PastAlarm }) {
  const { number, detail, since_us, over_at_us } = alarm;
  const what = texts.value?.alarms[number]?.what;
  const lasted = over_at_us === null ? text("alarmtab.still") : age((over_at_us - since_us) / 1000);
  return (
    <tr>
      <th scope="row">{number}</th>
      <td class={css.wrap}>
        {what ? [what, detail].filter(Boolean).join(": ") : alarm.text}
        {alarm.comment && <small class="fine">{` ${alarm.comment}`}</small>}
      </td>
      <td class="nowrap">{moment(since_us / 1000, stationNow.value)}</td>
      <td class="nowrap">{lasted}</td>
      <td class={css.opt}>{alarm.acknowledged_by || "–"}</td>
    </tr>
  );
}

/** The newest page, or the one behind `before`. */
async function load(before: number | null = null): Promise<void> {
  try {
    const asked = before === null ? "" : `&before=${before}`;
    const page = await get<PastAlarmPage>(`alarms/past?limit=${PAGE}${asked}`);
    past.value = before === null ? page.items : [...past.value, ...page.items];
    next.value = page.next;
    trouble.value = "";
  } catch (error) {
    trouble.value = reasonOf(error);
  }
}
