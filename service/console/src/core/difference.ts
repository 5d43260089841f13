/** In what two contents of a recipe differ, step by step. */
export interface Difference {
  readonly step: string | null; // null: of the recipe as a whole
  readonly field: readonly string[]; // from the step or the recipe down; empty: the whole step
  readonly before: unknown; // undefined: it is not there
  readonly after: unknown;
}

type Values = Readonly<Record<string, unknown>>;

/** The station's own business, or the identity of what is compared. */
const IGNORED = new Set([
  "version",
  "release",
  "released",
  "seal",
  "format",
  "steps",
  "signed",
  "releases",
]);

/** Steps are told by name; an order that changed is one difference of the recipe. */
export function differences(before: Values, after: Values): Difference[] {
  const [old, now] = [stepsOf(before), stepsOf(after)];
  const found = fields(without(before), without(after), null);
  for (const [name, step] of now) {
    const was = old.get(name);
    if (was) found.push(...fields(was, step, name));
    else found.push({ step: name, field: [], before: undefined, after: step });
  }
  for (const [name, step] of old) {
    if (!now.has(name)) found.push({ step: name, field: [], before: step, after: undefined });
  }
  const kept = [...old.keys()].filter((name) => now.has(name));
  const order = [...now.keys()].filter((name) => old.has(name));
  if (kept.join("\n") !== order.join("\n")) {
    found.push({ step: null, field: ["steps"], before: kept, after: order });
  }
  return found;
}

/** Objects are gone through; lists and plain values are one difference. */
function fields(before: Values, after: Values, step: string | null): Difference[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].flatMap((name): Difference[] => {
    if (step !== null && name === "name") return [];
    const [was, is] = [before[name], after[name]];
    if (same(was, is)) return [];
    if (isValues(was) && isValues(is)) {
      return fields(was, is, step).map((one) => ({ ...one, field: [name, ...one.field] }));
    }
    return [{ step, field: [name], before: was, after: is }];
  });
}

function without(content: Values): Values {
  return Object.fromEntries(Object.entries(content).filter(([name]) => !IGNORED.has(name)));
}

function stepsOf(content: Values): Map<string, Values> {
  const steps = Array.isArray(content.steps) ? (content.steps as Values[]) : [];
  return new Map(steps.map((step) => [String(step.name), { enabled: true, ...step }])); // left out: it is on
}

function isValues(value: unknown): value is Values {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** What is left out is null: a recipe's file writes both. */
function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one ?? null) === JSON.stringify(other ?? null);
}
