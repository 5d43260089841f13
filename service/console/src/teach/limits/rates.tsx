import { number, percent } from "../../core/format";
import { type Bounds, expected, type Seen } from "../../core/limits/limit";
import { boundOf, partsFor, type Rate } from "../../core/limits/rates";
import { text } from "../../core/texts";
import css from "./limits.module.css";

const ENOUGH = 0.05; // a share that so many parts should be able to say

/** How often the limits would be wrong on the images seen: counts first, and how much they can say. */
export function Rates({ seen, bounds }: { seen: readonly Seen[]; bounds: Bounds }) {
  const { rejects, escapes } = expected(seen, bounds);
  const good = rejects.total;
  return (
    <>
      <div class={css.rates} data-testid="rates">
        <Figure rate={rejects} words={text("limits.rejected")} none={text("limits.no_good")} />
        <Figure rate={escapes} words={text("limits.passed")} none={text("limits.no_bad")} />
      </div>
      {good > 0 && good < partsFor(ENOUGH) && (
        <p class="fine" data-testid="few">
          {text("limits.few", {
            count: number(good),
            one: percent(100 * boundOf(good, 1), 0),
            two: percent(100 * boundOf(good, 2), 0),
            enough: number(partsFor(ENOUGH)),
            share: percent(100 * ENOUGH, 0),
          })}
        </p>
      )}
    </>
  );
}

function Figure({ rate, words, none }: { rate: Rate; words: string; none: string }) {
  if (rate.total === 0) return <p class="quiet">{none}</p>;
  const { count, total, share, high } = rate;
  const places = { total: number(total), share: percent(100 * high, 0) };
  return (
    <p>
      <b>{text("limits.of", { count: number(count), total: number(total) })}</b>
      {words}
      <br />
      {count === 0 ? text("limits.up_to", places) : `(${percent(100 * (share ?? 0))})`}
    </p>
  );
}
