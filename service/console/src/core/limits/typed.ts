/** A number as people type it, in either notation: null of nothing, undefined where it is none. */
export function numberOf(typed: string): number | null | undefined {
  const plain = typed
    .trim()
    .replace(/[\s\u00a0\u202f]/g, "")
    .replace("−", "-")
    .replace(/^([+-]?\d*),(\d+)$/, "$1.$2");
  if (plain === "") return null;
  const value = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(plain) ? Number(plain) : Number.NaN;
  return Number.isFinite(value) ? value : undefined;
}

/** Digits enough to type it again, in the plain notation of a field. */
export function typedNumber(value: number | null): string {
  return value === null ? "" : String(Number(value.toPrecision(10)));
}
