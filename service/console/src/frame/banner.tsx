import type { ComponentChildren } from "preact";
import { age } from "../core/format";
import { text } from "../core/texts";
import { offlineWords } from "../core/words";
import { frozen, opened, partsSince, resume } from "../live";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { subject } from "../run/subject";
import { partsWords } from "../run/words";
import { newVersion, quietMs, signedOut, stale, state, texts } from "../station";

/** The loudest thing that is to be said about the station, one line. */
export function Banner() {
  if (signedOut.value) return <SignedOut />;
  if (quietMs.value === null) return <Line look="stale" strong={text("banner.connecting")} />;
  if (stale.value) {
    const strong = text("banner.stale", { age: age(quietMs.value) });
    return <Line look="stale" strong={strong} more={text("banner.stale_more")} />;
  }
  if (state.value && !state.value.online) {
    const reason = offlineWords(texts.value, state.value) || text("banner.offline_unknown");
    const strong = text("banner.offline", { reason: reason.replace(/\.$/, "") });
    return <Line look="fault" strong={strong} more={text("banner.offline_more")} />;
  }
  if (frozen.value) return <Frozen />;
  if (newVersion.value) return <Line look="" more={text("banner.new_version")} act={<Reload />} />;
  return null;
}

function Line(props: {
  look: "stale" | "fault" | "warn" | "";
  strong?: string;
  more?: string;
  act?: ComponentChildren;
}) {
  const { look } = props;
  return (
    <div class={`banner ${look}`} data-testid="banner" role={look ? "alert" : "status"}>
      {look ? <Mark name={look === "stale" ? "stale" : "warn"} /> : <Icon name="info" />}
      <div>
        {props.strong && <b>{props.strong}</b>} {props.more}
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

function SignedOut() {
  const strong = text("banner.signed_out");
  return (
    <Line look="warn" strong={strong} more={text("banner.signed_out_more")} act={<Reload />} />
  );
}

function Reload() {
  return (
    <button type="button" class="button" onClick={() => location.reload()}>
      {text("banner.reload")}
    </button>
  );
}
