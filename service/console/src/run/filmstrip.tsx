import { signal } from "@preact/signals";
import { useEffect, useState } from "preact/hooks";
import { apiAddress } from "../core/api";
import type { Result } from "../core/contract";
import { boundsOf } from "../core/geometry";
import { text } from "../core/texts";
import { drawingOf, learn } from "../drawings";
import { open } from "../live";
import { Mark, markOf } from "../parts/mark";
import { results } from "../station";
import css from "./run.module.css";
import { subject } from "./subject";

const onlyFailed = signal(false);

/** The last parts, newest first; one click looks at it again. */
export function Filmstrip() {
  const all = results.value;
  const films = onlyFailed.value ? all.filter(({ judgement }) => judgement !== "PASS") : all;
  return (
    <section class={css.strip} aria-label={text("strip.name", { count: all.length })}>
      <div class={css.stripHead}>
        <b>{all.length ? text("strip.title", { count: all.length }) : text("strip.title_none")}</b>
        <span class="fine">{tally(all)}</span>
        <button
          type="button"
          class="switch"
          role="switch"
          aria-checked={onlyFailed.value}
          onClick={() => (onlyFailed.value = !onlyFailed.value)}
        >
          <i />
          {text("strip.only_failed")}
        </button>
      </div>
      <div class={css.films} data-testid="films">
        {films.map((result) => (
          <Film result={result} key={result.number} />
        ))}
        {films.length === 0 && (
          <p class="quiet">{text(all.length === 0 ? "strip.empty" : "strip.empty_failed")}</p>
        )}
      </div>
    </section>
  );
}

function Film({ result }: { result: Result }) {
  const mark = markOf(result.judgement);
  const [gone, setGone] = useState(false); // retention may have taken the image of an old part
  const image = result.image && !gone;
  const current = result.number === subject.value?.number;
  return (
    <button
      type="button"
      class={`film ${mark} ${image ? "" : "none"}`}
      aria-current={current}
      onClick={() => void open(result)}
    >
      <span class="said">{`${result.number} ${result.judgement}`}</span>
      {image ? (
        <img
          src={apiAddress(`inspections/${result.number}/thumbnail`)}
          alt=""
          width="240"
          height="180"
          loading="lazy"
          onError={() => setGone(true)}
        />
      ) : (
        <span class="hole" aria-hidden="true">
          {text("strip.no_image")}
        </span>
      )}
      {image && mark === "fail" && <FailedSpot number={result.number} />}
      <span class="cap" aria-hidden="true">
        <Mark name={mark} />
        <span>{result.number}</span>
      </span>
    </button>
  );
}

/** Where the part failed. */
function FailedSpot({ number }: { number: number }) {
  useEffect(() => void learn(number), [number]);
  const frame = drawingOf(number);
  const shape = frame?.overlays.find(
    ({ judgement, points }) => judgement === "FAIL" && points.length > 1,
  );
  if (!frame?.width || !shape) return null;
  const { left, top, right, bottom } = boundsOf(shape.points);
  const box = { x: left, y: top, width: right - left, height: bottom - top };
  return (
    <svg
      class="spot"
      aria-hidden="true"
      viewBox={`-0.5 -0.5 ${frame.width} ${frame.height}`}
      preserveAspectRatio="xMidYMid slice"
    >
      <rect class="halo" {...box} />
      <rect class="core" {...box} />
    </svg>
  );
}

function tally(all: readonly Result[]): string {
  const failed = all.filter(({ judgement }) => judgement === "FAIL").length;
  const error = all.filter(({ judgement }) => judgement === "ERROR").length;
  if (failed + error === 0) return all.length === 0 ? "" : text("strip.none_failed");
  const said = [];
  if (failed > 0) said.push(text("strip.failed", { count: failed }));
  if (error > 0) said.push(text("strip.error", { count: error }));
  return said.join(", ");
}
