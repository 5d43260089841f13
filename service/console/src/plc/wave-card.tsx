import { useEffect } from "preact/hooks";
import { milliseconds } from "../core/format";
import { text } from "../core/texts";
import { route } from "../page";
import { Icon, type IconName } from "../parts/icon";
import { IconButton } from "../parts/icon-button";
import css from "./plc.module.css";
import { tried, usePolled } from "./polled";
import { cursors, EVERY_MS, frozen, live, refreshWave, showPart, wave, zoom } from "./wave";
import { WavePlot } from "./wave-plot";

/** The handshake of one part, or of the last seconds, as a logic analyser shows it. */
export function WaveCard() {
  usePolled(refreshWave, EVERY_MS);
  const linked = Number(route.value.query.get("number"));
  useEffect(() => {
    if (linked > 0) void tried(() => showPart(linked));
  }, [linked]);
  const said = wave.value;
  const [a, b] = cursors.value;
  return (
    <section class={`card ${css.wave}`} data-testid="wave" data-number={said?.part?.number}>
      <header>
        <h2>{text("wave.title")}</h2>
        <span class="fine clip">{said ? aboutWords() : ""}</span>
        <span class="push" />
        <output class={`fine nowrap ${css.opt}`} data-testid="between">
          {text("wave.between", { time: milliseconds(Math.abs(b - a)) })}
        </output>
        <Neighbour icon="left" name={text("wave.earlier")} to={said?.earlier} />
        <Neighbour icon="right" name={text("wave.later")} to={said?.later} />
        <IconButton icon="minus" name={text("wave.zoom_out")} act={() => zoom(2)} more={css.opt} />
        <IconButton icon="plus" name={text("wave.zoom_in")} act={() => zoom(0.5)} more={css.opt} />
        <button
          type="button"
          class="button plain"
          aria-pressed={live.value}
          onClick={() => {
            live.value = !live.value;
            frozen.value = false;
            void tried(refreshWave);
          }}
        >
          {text("wave.live")}
        </button>
        <button
          type="button"
          class="button plain"
          aria-pressed={frozen.value}
          aria-label={text("wave.freeze")}
          onClick={() => {
            frozen.value = !frozen.value;
          }}
        >
          <Icon name="freeze" />
          <span class={css.opt}>{text("wave.freeze")}</span>
        </button>
      </header>
      {said && (said.part || live.value) && <WavePlot wave={said} />}
      {said && !said.part && !live.value && <p class={`quiet ${css.note}`}>{text("wave.none")}</p>}
      {said?.part && !said.whole && <p class={`why ${css.foot}`}>{text("wave.cut")}</p>}
    </section>
  );
}

function aboutWords(): string {
  const part = wave.value?.part;
  if (!part) return text("wave.seconds");
  return part.trigger_seq
    ? text("wave.about_seq", { seq: part.trigger_seq, number: part.number })
    : text("wave.about", { source: part.client || part.source, number: part.number });
}

function Neighbour(props: { icon: IconName; name: string; to: number | null | undefined }) {
  const { to } = props;
  const show = () => to != null && void tried(() => showPart(to));
  return <IconButton icon={props.icon} name={props.name} act={show} off={to == null} />;
}
