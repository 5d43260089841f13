import { Problem } from "./api";

/** Every reason that the station gave, a line each. */
export function reasonsOf(error: unknown): string[] {
  if (error instanceof Problem && error.errors.length)
    return error.errors.map(({ message }) => message);
  return [error instanceof Error ? error.message : String(error)];
}
