/** From one failure of the filmstrip to the next. */
import { failureBeside } from "../core/failures";
import { open, opened } from "../live";
import { results } from "../station";

export function nextFailure(): void {
  go(1);
}

export function previousFailure(): void {
  go(-1);
}

function go(step: 1 | -1): void {
  const found = failureBeside(results.value, opened.value, step);
  if (found) void open(found);
}
