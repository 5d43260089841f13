/** A result as the station pushes it: fields that are as they are by default are left out, so that a thousand browsers get half. */
import type { Result, StepRow } from "./contract";

const STEP = {
  instance: 0,
  warn_low: null,
  warn_high: null,
  nominal: null,
  warning: false,
} as const;
const RESULT = { steps: [], order: "", lot: "", shift: "", sort_class: "" } as const;

type LeftOut<T, K extends PropertyKey> = Omit<T, K> & Partial<Pick<T, K & keyof T>>;
type ToldStep = LeftOut<StepRow, keyof typeof STEP>;
export type ToldResult = Omit<LeftOut<Result, keyof typeof RESULT>, "steps"> & {
  steps?: readonly ToldStep[];
};

/** The same result as REST gives it. */
export function whole(told: ToldResult): Result {
  const steps = (told.steps ?? []).map((step) => ({ ...STEP, ...step }));
  return { ...RESULT, ...told, steps };
}
