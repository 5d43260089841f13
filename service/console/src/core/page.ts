/** The pages, and what of them an address names: `#/history/48213?judgement=FAIL`. */

export const PAGES = ["run", "teach", "history", "plc", "system"] as const; // in the order of the rail
export type Page = (typeof PAGES)[number];

export interface Route {
  page: Page;
  path: readonly string[]; // what follows the page: a number, a tab
  query: URLSearchParams;
}

/** Of the part of an address behind the #; what is no page of ours is Run. */
export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [first = "", ...more] = path.split("/").map(decoded);
  const page = PAGES.find((page) => page === first) ?? "run";
  return { page, path: more.filter(Boolean), query: new URLSearchParams(query) };
}

/** The address of a route; an empty value of the query is left out. */
export function hashOf(
  page: Page,
  path: readonly (string | number)[] = [],
  query: Readonly<Record<string, string>> | URLSearchParams = {},
): string {
  const pairs = query instanceof URLSearchParams ? [...query] : Object.entries(query);
  const asked = new URLSearchParams(pairs.filter(([, value]) => value !== "")).toString();
  const whole = [page, ...path.map((part) => encodeURIComponent(part))].join("/");
  return `#/${whole}${asked && `?${asked}`}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part; // a % that belongs to no code: as it was written
  }
}
