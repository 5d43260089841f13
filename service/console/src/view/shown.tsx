import { computed } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { stationAheadMs } from "../core/api";
import type { ViewedPart } from "../core/contract";
import { age } from "../core/format";
import { reasonOf } from "../core/reason";
import { text } from "../core/texts";
import { Mark, type MarkName, markOf } from "../parts/mark";
import { Overlay } from "../picture/overlay";
import { Viewport } from "../picture/viewport";
import { view } from "./asked";
import { drawOn, frame, part, quietMs, refused, time } from "./seen";
import css from "./view.module.css";

const viewport = new Viewport(
  computed(() => ({ width: frame.value?.width ?? 4, height: frame.value?.height ?? 3 })),
);

function name(): string {
  const keys = { live: "view.live", last: "view.last", "last-failed": "view.last_failed" } as const;
  return text(keys[view]);
}

/** The picture, and one line about it. */
export function Shown() {
  const well = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    drawOn(canvas.current);
    return well.current ? viewport.watch(well.current) : undefined;
  }, []);
  const { left, top, width, height } = viewport.place.value;
  const old = (quietMs.value ?? 0) > 0;
  return (
    <main class={css.view}>
      <h1 class="said">{name()}</h1>
      <div class={`well ${css.well}`} ref={well}>
        <div
          class={`picture ${old ? "old" : ""}`}
          hidden={!frame.value}
          style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
        >
          <canvas ref={canvas} role="img" aria-label={name()} data-testid="frame" />
          {frame.value && <Overlay frame={frame.value} stale={old} />}
        </div>
      </div>
      <Line />
    </main>
  );
}

interface Said {
  look: "pass" | "fail" | "error" | "stale" | "off" | "unknown";
  mark: MarkName;
  word: string;
  reason: string;
}

function Line() {
  const { look, mark, word, reason } = view === "live" ? ofFrame() : ofPart(part.value);
  return (
    <p class={`${css.line} ${css[look]}`} role="status" data-testid="line" data-look={look}>
      <Mark name={mark} />
      <b>{word}</b>
      <span>{reason}</span>
    </p>
  );
}

/** What is said in front of everything else. */
function trouble(): Said | null {
  if (refused.value) return plain("off", "warn", text("view.refused"), text("view.refused_more"));
  const quiet = quietMs.value;
  if (quiet === null) return plain("unknown", "unknown", text("banner.connecting"), "");
  if (quiet === 0) return null;
  return plain("stale", "stale", text("banner.stale", { age: age(quiet) }), "");
}

function ofFrame(): Said {
  const before = trouble();
  if (before) return before;
  const shown = frame.value;
  if (!shown?.judgement) return plain("unknown", "unknown", text("view.live"), "");
  const mark = markOf(shown.judgement);
  const number = text("result.number", { number: shown.inspection_id ?? "" });
  return plain(mark, mark, shown.judgement, number);
}

function ofPart(said: ViewedPart | null): Said {
  const before = trouble();
  if (before) return before;
  const result = said?.result;
  if (said && !said.online) return plain("off", "warn", text("kiosk.offline"), said.offline_reason);
  if (!result) return plain("unknown", "unknown", text("result.none"), "");
  const ago = age(time.value + stationAheadMs() - result.at_us / 1000);
  const facts = [
    result.sort_class && text("result.class", { name: result.sort_class }),
    reasonOf(result),
    text("result.number", { number: result.number }),
    text("result.ago", { age: ago }),
  ];
  const mark = markOf(result.judgement);
  return plain(mark, mark, result.judgement, facts.filter(Boolean).join(" · "));
}

function plain(look: Said["look"], mark: MarkName, word: string, reason: string): Said {
  return { look, mark, word, reason };
}
