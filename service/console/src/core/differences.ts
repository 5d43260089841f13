/** Where two recipes differ, value by value; steps are told apart by their names. */

export interface Difference {
  readonly place: readonly string[]; // "pin 3", "limits", "width", "low"
  readonly before: unknown; // undefined: not there
  readonly after: unknown;
}

/** From one content to another, in the order of the second. */
export function differences(
  before: unknown,
  after: unknown,
  place: readonly string[] = [],
): Difference[] {
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  const [old, now] = [fieldsOf(before), fieldsOf(after)];
  if (!old || !now) return [{ place, before, after }];
  const names = [...new Set([...now.keys(), ...old.keys()])];
  return names.flatMap((name) => differences(old.get(name), now.get(name), [...place, name]));
}

/** The parts of a value that can differ by themselves; null: it is compared as a whole. */
function fieldsOf(value: unknown): Map<string, unknown> | null {
  if (Array.isArray(value)) {
    const named = value.every((one) => typeof one?.name === "string");
    if (named && value.length) return new Map(value.map((one) => [String(one.name), one]));
    const regions = value.every((one) => typeof one?.kind === "string");
    return regions ? new Map(value.map((one, i) => [String(i + 1), one])) : null;
  }
  if (typeof value !== "object" || value === null) return null;
  return new Map(
    Object.entries(value)
      .filter(([name]) => name !== "steps")
      .concat("steps" in value ? [...(fieldsOf(value.steps) ?? new Map())] : []),
  );
}
