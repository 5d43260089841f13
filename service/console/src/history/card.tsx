import { useState } from "preact/hooks";
import { apiAddress } from "../core/api";
import type { StoredResult } from "../core/contract";
import { moment } from "../core/format";
import { captionOf } from "../core/history";
import { hashOf } from "../core/page";
import { text } from "../core/texts";
import { route } from "../page";
import { Mark, markOf } from "../parts/mark";
import { stationNow } from "../station";
import css from "./history.module.css";
import { selected } from "./state";
import { verdictWords } from "./words";

/** One result of the grid: a link, so that it opens in a tab of its own too. */
export function Card({ result }: { result: StoredResult }) {
  const mark = markOf(result.judgement);
  const [gone, setGone] = useState(false); // retention may have taken it meanwhile
  const image = result.image && !gone;
  const at = moment(result.at_us / 1000, stationNow.value);
  return (
    <a
      class={`film calm ${mark} ${image ? "" : "none"}`}
      href={hashOf("history", [result.number], route.value.query)}
      aria-current={result.number === selected.value ? "true" : undefined}
      data-number={result.number}
    >
      <span class="said">{`${result.number} ${result.judgement}`}</span>
      {image ? (
        <img
          src={apiAddress(`inspections/${result.number}/thumbnail`)}
          alt=""
          width="240"
          height="180"
          loading="lazy"
          decoding="async"
          onError={() => setGone(true)}
        />
      ) : (
        <span class="hole" aria-hidden="true">
          {text("history.no_image")}
        </span>
      )}
      {image && mark === "fail" && result.spot && <Spot box={result.spot} />}
      {result.review && <span class="corner">{verdictWords(result.review.verdict)}</span>}
      <span class="cap">
        <Mark name={mark} />
        <span class="clip">{captionOf(result) || result.number}</span>
        <span class={`push ${css.when}`}>{at}</span>
      </span>
    </a>
  );
}

/** Where it failed, in shares of the image. */
function Spot({
  box: [left, top, right, bottom],
}: {
  box: readonly [number, number, number, number];
}) {
  const share = (value: number) => `${(100 * value).toFixed(2)}%`;
  const place = {
    x: share(left),
    y: share(top),
    width: share(right - left),
    height: share(bottom - top),
  };
  return (
    <svg class="spot" aria-hidden="true">
      <rect class="halo" {...place} />
      <rect class="core" {...place} />
    </svg>
  );
}
