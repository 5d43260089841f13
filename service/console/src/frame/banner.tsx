import type { ComponentChildren } from "preact";
import { asked } from "../access/gate";
import type { Alarm, StationState } from "../core/contract";
import { age } from "../core/format";
import { text } from "../core/texts";
import { alarmWords, offlineWords } from "../core/words";
import { frozen, opened, partsSince, resume } from "../live";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { subject } from "../run/subject";
import { partsWords } from "../run/words";
import { rests } from "../session";
import { alarms, newVersion, quietMs, stale, state, texts } from "../station";
import { unseen } from "./acknowledge";
import { AcknowledgeButton, refusalOf } from "./acknowledge-button";
import css from "./frame.module.css";

/** The loudest thing that is to be said about the station, one line. */
export function Banner() {
  if (quietMs.value === null) return <Line look="stale" strong={text("banner.connecting")} />;
  if (stale.value) {
    const strong = text("banner.stale", { age: age(quietMs.value) });
    return <Line look="stale" strong={strong} more={text("banner.stale_more")} />;
  }
  if (state.value && !state.value.online) {
    const reason = offlineWords(texts.value, state.value) || text("banner.offline_unknown");
    const strong = text("banner.offline", { reason: reason.replace(/\.$/, "") });
    const act = alarms.value.length > 0 && <OpenList />;
    return <Line look="fault" strong={strong} more={text("banner.offline_more")} act={act} />;
  }
  if (state.value && otherJob(state.value)) return <OtherJob of={state.value} />;
  if (rests.value) return <Rests />;
  if (frozen.value) return <Frozen />;
  if (unseen.value[0]) return <Unseen alarm={unseen.value[0]} />;
  if (newVersion.value) return <Line look="" more={text("banner.new_version")} act={<Reload />} />;
  return null;
}

function Line(props: {
  look: "stale" | "fault" | "warn" | "";
  strong?: string;
  more?: string;
  short?: boolean; // two lines at most: all of it stands elsewhere
  act?: ComponentChildren;
}) {
  const { look } = props;
  return (
    <div class={`banner ${look}`} data-testid="banner" role={look ? "alert" : "status"}>
      {look ? <Mark name={look === "stale" ? "stale" : "warn"} /> : <Icon name="info" />}
      <div>
        <span class={props.short ? css.short : ""}>
          {props.strong && <b>{props.strong}</b>} {props.more}
        </span>
      </div>
      {props.act}
    </div>
  );
}

function Frozen() {
  const number = subject.value?.number;
  const at = opened.value === null ? "banner.frozen_at" : "banner.showing";
  const strong = number === undefined ? text("banner.frozen") : text(at, { number });
  return (
    <Line
      look=""
      strong={strong}
      more={text("banner.frozen_more", { parts: partsWords(partsSince.value) })}
      act={
        <button type="button" class="button" onClick={resume}>
          <Icon name="run" />
          <span class="t">{text("banner.live_again")}</span>
        </button>
      }
    />
  );
}

/** The first that nobody has acknowledged; the others are a press away. */
function Unseen({ alarm }: { alarm: Alarm }) {
  const act = (
    <>
      {alarms.value.length > 1 && <OpenList />}
      <AcknowledgeButton number={alarm.number} />
    </>
  );
  return (
    <Line
      look="warn"
      strong={text("banner.alarm", { number: alarm.number })}
      more={refusalOf(alarm.number) || alarmWords(texts.value, alarm)}
      short
      act={act}
    />
  );
}

/** Parts may be judged by what they are not: it stays until PLC and station agree. */
function OtherJob({ of }: { of: StationState }) {
  const said = { asked: of.job_asked ?? 0, job: of.job, recipe: of.recipe };
  return (
    <Line
      look="fault"
      strong={text("banner.other_job", said)}
      more={text(of.job ? "banner.other_job_more" : "banner.other_job_none", said)}
      act={
        <button type="button" class="button" popovertarget="recipes">
          {text("recipe.choose")}
        </button>
      }
    />
  );
}

function otherJob({ job, job_asked }: StationState): boolean {
  return job_asked !== null && job_asked !== job;
}

function OpenList() {
  return (
    <button type="button" class="button" popovertarget="alarms">
      {text("banner.alarms", { count: alarms.value.length })}
    </button>
  );
}

/** Nobody acted for a while: the password brings the rights back. */
function Rests() {
  const act = (
    <button type="button" class="button" onClick={() => (asked.value = "unlock")}>
      <Icon name="lock" />
      <span class="t">{text("access.unlock_more")}</span>
    </button>
  );
  return (
    <Line look="" strong={text("access.rests_strong")} more={text("access.rests_more")} act={act} />
  );
}

function Reload() {
  return (
    <button type="button" class="button" onClick={() => location.reload()}>
      {text("banner.reload")}
    </button>
  );
}
