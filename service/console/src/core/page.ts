/** The pages, and which of them an address names. */

export const PAGES = ["run", "system"] as const;
export type Page = (typeof PAGES)[number];

/** Of the part of an address behind the #; what is no page of ours is Run. */
export function pageOf(hash: string): Page {
  return PAGES.find((page) => hash === `#/${page}`) ?? "run";
}
