import type { Result } from "./contract";

/**
 * The failure beside the part that is looked at, among the last parts, newest first: `step` 1 = the next older one,
 * -1 = the next newer one. undefined = there is none.
 */
export function failureBeside(
  results: readonly Result[],
  number: number | null,
  step: 1 | -1,
): Result | undefined {
  const failed = results.filter(({ judgement }) => judgement !== "PASS");
  if (number === null) return step === 1 ? failed[0] : undefined;
  const older = failed.filter((result) => result.number < number);
  const newer = failed.filter((result) => result.number > number);
  return step === 1 ? older[0] : newer.at(-1);
}
