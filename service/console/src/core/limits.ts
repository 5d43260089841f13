/** Where limits and a value lie on a bar, in per cent of its length; null where there is no limit on that side. */
export interface BarPlaces {
  low: number | null;
  high: number | null;
  at: number;
  outside: boolean;
}

const LOW = 25;
const HIGH = 75;

/**
 * Two limits take the middle half of the bar; one limit stands at its quarter, and as far again as it is large fills
 * the half. No bar for a value without limits, or where an exact count is asked for.
 */
export function barPlaces(
  value: number | null,
  low: number | null,
  high: number | null,
): BarPlaces | null {
  if (value === null || (low === null && high === null) || low === high) return null;
  const outside = (low !== null && value < low) || (high !== null && value > high);
  const span = low !== null && high !== null ? high - low : Math.abs(low ?? high ?? 0) || 1;
  const places =
    low !== null ? LOW + ((value - low) / span) * 50 : HIGH + ((value - (high ?? 0)) / span) * 50;
  const at = Math.min(97, Math.max(3, places));
  return { low: low === null ? null : LOW, high: high === null ? null : HIGH, at, outside };
}
