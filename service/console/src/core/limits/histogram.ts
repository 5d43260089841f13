import type { Seen } from "./limit";
import { placeOf, type Scale } from "./scale";

/** Good images grow up, bad ones down; images that nobody labelled stand above the good ones. */
export interface Bin {
  /** 0-1 along the axis, where it begins; all are of one width. */
  readonly place: number;
  readonly good: number;
  readonly bad: number;
  readonly unlabelled: number;
}

export interface Histogram {
  readonly width: number;
  readonly bins: readonly Bin[];
  /** The tallest bar up and the tallest down. */
  readonly up: number;
  readonly down: number;
}

export const BINS = 48;

/** Empty bins are left out; values outside of the axis stand at its ends. */
export function histogram(all: readonly Seen[], scale: Scale, count = BINS): Histogram {
  const bins = Array.from({ length: count }, () => ({ good: 0, bad: 0, unlabelled: 0 }));
  for (const { label, values } of all) {
    for (const value of values) {
      const at = Math.floor(placeOf(scale, value) * count);
      const bin = bins[Math.min(count - 1, Math.max(0, at))];
      if (bin) bin[label ?? "unlabelled"] += 1;
    }
  }
  return {
    width: 1 / count,
    bins: bins
      .map((bin, i) => ({ place: i / count, ...bin }))
      .filter(({ good, bad, unlabelled }) => good + bad + unlabelled > 0),
    up: Math.max(0, ...bins.map(({ good, unlabelled }) => good + unlabelled)),
    down: Math.max(0, ...bins.map(({ bad }) => bad)),
  };
}
