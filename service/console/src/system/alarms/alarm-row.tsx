import { useState } from "preact/hooks";
import type { Alarm } from "../../core/contract";
import { moment } from "../../core/format";
import { text } from "../../core/texts";
import { AcknowledgeButton, refusalOf } from "../../frame/acknowledge-button";
import { Mark } from "../../parts/mark";
import { may } from "../../session";
import { stale, stationNow, texts } from "../../station";
import css from "../system.module.css";
import { confirmCause } from "./care";
import { CommentDialog } from "./comment-dialog";

/** One alarm: what it means, what to do, who has done what. */
export function AlarmRow({ alarm }: { alarm: Alarm }) {
  const [writing, setWriting] = useState(false);
  const off = stale.value || !may("acknowledge");
  const words = texts.value?.alarms[alarm.number];
  const refusal = refusalOf(alarm.number);
  return (
    <li class={css.alarm} data-testid={`alarm-row-${alarm.number}`}>
      {alarm.acknowledged ? <i /> : <Mark name={alarm.active ? "warn" : "over"} />}
      <b>{alarm.number}</b>
      <div class={css.said}>
        <p class="strong">
          {words ? [words.what, alarm.detail].filter(Boolean).join(": ") : alarm.text}
        </p>
        {words && <p>{words.remedy}.</p>}
        <p class="fine">{history(alarm)}</p>
        {alarm.comment && <p class={css.quote}>{alarm.comment}</p>}
        {refusal && <p role="alert">{refusal}</p>}
      </div>
      <div class={css.acts}>
        {!alarm.acknowledged && may("acknowledge") && <AcknowledgeButton number={alarm.number} />}
        {!alarm.confirmed && (
          <button
            type="button"
            class="button"
            disabled={off}
            onClick={() => void confirmCause(alarm.number)}
          >
            {text("alarmtab.confirm")}
          </button>
        )}
        <button type="button" class="button plain" disabled={off} onClick={() => setWriting(true)}>
          {text("alarmtab.comment")}
        </button>
      </div>
      {writing && <CommentDialog alarm={alarm} onClose={() => setWriting(false)} />}
    </li>
  );
}

function history(alarm: Alarm): string {
  const at = (us: number) => moment(us / 1000, stationNow.value);
  const said = [
    alarm.over_at_us === null
      ? text("alarms.since", { time: at(alarm.since_us) })
      : text("alarms.over", { time: at(alarm.since_us), end: at(alarm.over_at_us) }),
  ];
  if (alarm.acknowledged_at_us !== null) {
    const seen = { time: at(alarm.acknowledged_at_us), who: alarm.acknowledged_by };
    said.push(text("alarms.acknowledged", seen));
  }
  if (alarm.confirmed_at_us !== null) {
    const done = { time: at(alarm.confirmed_at_us), who: alarm.confirmed_by };
    said.push(text("alarmtab.confirmed", done));
  }
  return said.join(" · ");
}
