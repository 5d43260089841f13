/** Where a value stands on an axis, 0 to 1: linear, or logarithmic where values span more than two decades. */
export interface Scale {
  readonly low: number;
  readonly high: number;
  readonly log: boolean;
}

const DECADES = 100;
const PAD = 0.05; // of the span, on either side
const FAR = 1.5; // spans: a limit farther from all values would press them into one bar
const FINE = 200; // steps over the whole axis, about

/** Over all values and the marks that lie near them. */
export function scaleOf(values: readonly number[], marks: readonly (number | null)[] = []): Scale {
  const given = marks.filter((mark): mark is number => mark !== null && Number.isFinite(mark));
  const base = values.length ? values : given.length ? given : [0, 1];
  let [low, high] = [Math.min(...base), Math.max(...base)];
  const room = high - low || Math.abs(high) * 0.1 || 1;
  const log = low > 0 && high / low > DECADES;
  for (const mark of given) {
    if (
      log
        ? mark < low / 10 || mark > high * 10
        : mark < low - FAR * room || mark > high + FAR * room
    )
      continue;
    [low, high] = [Math.min(low, mark), Math.max(high, mark)];
  }
  if (log && low > 0) {
    const pad = (high / low) ** PAD;
    return { low: low / pad, high: high * pad, log };
  }
  const pad = (high - low || room) * PAD;
  return { low: low - pad, high: high + pad, log: false };
}

export function placeOf({ low, high, log }: Scale, value: number): number {
  if (!log) return (value - low) / (high - low);
  return value <= 0 ? -1 : Math.log(value / low) / Math.log(high / low);
}

export function valueAt({ low, high, log }: Scale, place: number): number {
  return log ? low * (high / low) ** place : low + (high - low) * place;
}

/** The step of an arrow key at a value: 1, 2 or 5 of its decade, about a two hundredth of the axis. */
export function stepAt(scale: Scale, value: number): number {
  const span = scale.log ? Math.max(Math.abs(value), scale.low) : scale.high - scale.low;
  return roundStep(span / FINE);
}

/** A value on the grid of its step, so that a limit is a number that a person would write. */
export function onGrid(scale: Scale, value: number): number {
  const step = stepAt(scale, value);
  return Number((Math.round(value / step) * step).toPrecision(10));
}

/** Decimals that tell two neighbours of the grid apart. */
export function decimalsAt(scale: Scale, value: number): number {
  return Math.max(0, Math.ceil(-Math.log10(stepAt(scale, value)) - 1e-9));
}

function roundStep(rough: number): number {
  const decade = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((one) => one * decade >= rough * 0.999) ?? 10;
  return Number((step * decade).toPrecision(3));
}
