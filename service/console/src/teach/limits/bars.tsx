import type { Bin, Histogram } from "../../core/limits/histogram";
import css from "./limits.module.css";

const AXIS = 68; // of 100: good parts have the larger half
const FULL = 62; // the tallest bar up
const DEEP = 28; // and down
const LEAST = 3; // one part is seen beside a thousand

/** In a box of 100 x 100. */
export function Bars({ bars }: { bars: Histogram }) {
  return (
    <g>
      {bars.bins.map((bin) => (
        <Bar bin={bin} bars={bars} key={bin.place} />
      ))}
      <line class="d-axis" x1="0" x2="100" y1={AXIS} y2={AXIS} />
    </g>
  );
}

function Bar({ bin, bars }: { bin: Bin; bars: Histogram }) {
  const x = 100 * bin.place;
  const width = 80 * bars.width;
  const good = tall(bin.good, bars.up, FULL);
  const both = tall(bin.good + bin.unlabelled, bars.up, FULL);
  const bad = tall(bin.bad, bars.down, Math.min(DEEP, 8 * bars.down));
  return (
    <>
      {bin.unlabelled > 0 && (
        <rect class={css.unlabelled} x={x} width={width} y={AXIS - both} height={both - good} />
      )}
      {bin.good > 0 && <rect class="d-good" x={x} width={width} y={AXIS - good} height={good} />}
      {bin.bad > 0 && <rect class="d-bad" x={x} width={width} y={AXIS + 1} height={bad} />}
    </>
  );
}

function tall(count: number, most: number, full: number): number {
  return count === 0 ? 0 : Math.max(LEAST, (full * count) / most);
}
