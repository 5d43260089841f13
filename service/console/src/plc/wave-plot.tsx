import { useRef } from "preact/hooks";
import type { Wave } from "../core/contract";
import { milliseconds } from "../core/format";
import { text } from "../core/texts";
import { highs, lanePath, placeOf, snapped, ticks } from "../core/wave";
import { evidenceOf } from "./doctor";
import css from "./plc.module.css";
import { cursors, events, span, zero, zoom } from "./wave";
import { Cursor } from "./wave-cursor";

export const LANE = 26; // px
const [TOP, HIGH] = [7, 13]; // of a lane
const TICKS = 6;
const SNAP_PX = 8;

/** Names on the left, bits on the right, requests of the clients below, then the axis. */
export function WavePlot({ wave }: { wave: Wave }) {
  const plot = useRef<HTMLDivElement>(null);
  const clients = [...new Set(wave.requests.map(({ client }) => client))];
  const height = LANE * (wave.lanes.length + clients.length);
  const timeAt = (x: number): number => {
    const box = plot.current?.getBoundingClientRect();
    if (!box) return 0;
    const { from, to } = span.value;
    const at = from + ((x - box.left) / box.width) * (to - from);
    return snapped(events.value, at, (SNAP_PX / box.width) * (to - from));
  };
  const put = (event: PointerEvent) => {
    const at = timeAt(event.clientX);
    const [a, b] = cursors.value;
    cursors.value = Math.abs(at - a) <= Math.abs(at - b) ? [at, b] : [a, at];
  };
  return (
    <div class={css.waveGrid}>
      <ol class={css.waveNames}>
        {wave.lanes.map((lane) => (
          <li key={lane.name}>
            <span>{lane.name}</span>
            <small class="mono">{lane.address}</small>
          </li>
        ))}
        {clients.map((client) => (
          <li key={client}>
            <span class="clip">{text("wave.asks", { client })}</span>
          </li>
        ))}
      </ol>
      <div
        class={css.wavePlot}
        ref={plot}
        onPointerDown={put}
        onWheel={(event) => {
          if (!event.ctrlKey) return;
          event.preventDefault();
          zoom(event.deltaY > 0 ? 1.25 : 0.8, timeAt(event.clientX));
        }}
      >
        <svg role="img" aria-label={spoken(wave)} height={height + 24}>
          <svg
            width="100%"
            height={height}
            viewBox={`0 0 1000 ${height}`}
            preserveAspectRatio="none"
            aria-hidden="true"
          >
            <Bits wave={wave} />
          </svg>
          <Requests wave={wave} clients={clients} />
          <Axis y={height + 18} />
        </svg>
        <Cursor which={0} height={height} timeAt={timeAt} />
        <Cursor which={1} height={height} timeAt={timeAt} />
      </div>
    </div>
  );
}

function Bits({ wave }: { wave: Wave }) {
  return (
    <>
      {wave.lanes.map((lane, at) => (
        <g key={lane.name}>
          {highs(lane, span.value).map(({ x, width }) => (
            <rect class={css.high} key={x} x={x} width={width} y={LANE * at + TOP} height={HIGH} />
          ))}
          <path class={css.signal} d={lanePath(lane, span.value, LANE * at + TOP, HIGH)} />
        </g>
      ))}
    </>
  );
}

/** A triangle a request; one that is wrong is amber, with what the doctor says of it. */
function Requests({ wave, clients }: { wave: Wave; clients: readonly string[] }) {
  const shown = wave.requests.filter(
    ({ at_us }) => at_us >= span.value.from && at_us <= span.value.to,
  );
  const bad = (one: Wave["requests"][number]) => one.early || evidenceOf(one.exchange) !== "";
  const first = shown.find(bad);
  return (
    <>
      {shown.map((one) => {
        const y = LANE * (wave.lanes.length + clients.indexOf(one.client)) + 14;
        const x = `${placeOf(one.at_us, span.value) / 10}%`;
        return (
          <svg key={one.exchange} x={x} y={y} overflow="visible" data-exchange={one.exchange}>
            <title>{`${one.words} ${evidenceOf(one.exchange)}`}</title>
            {one.writes ? (
              <path class={css.write} d="M0 10l5 -11h-10z" />
            ) : (
              <path class={bad(one) ? css.bad : css.asked} d="M0 -1l5 11h-10z" />
            )}
          </svg>
        );
      })}
      {first && (
        <text
          class={css.badText}
          x={`${placeOf(first.at_us, span.value) / 10}%`}
          y={LANE * wave.lanes.length + 6}
          text-anchor={placeOf(first.at_us, span.value) > 500 ? "end" : "start"}
        >
          {badWords(wave, first)}
        </text>
      )}
    </>
  );
}

function badWords(wave: Wave, one: Wave["requests"][number]): string {
  const offered = wave.part?.offered_us;
  if (one.early && offered !== undefined) {
    return text("wave.early", { time: milliseconds(offered - one.at_us) });
  }
  return text("wave.bad");
}

function Axis({ y }: { y: number }) {
  return (
    <>
      {ticks(span.value, zero.value, TICKS).map((at) => (
        <text class={css.tick} key={at} x={`${placeOf(at, span.value) / 10}%`} y={y}>
          {milliseconds(at - zero.value)}
        </text>
      ))}
    </>
  );
}

/** For whoever does not see it: when the bits of the part moved. */
function spoken(wave: Wave): string {
  const part = wave.part;
  if (!part) return text("wave.seconds");
  return text("wave.spoken", {
    number: part.number,
    valid: milliseconds(part.offered_us - part.accepted_us),
  });
}
