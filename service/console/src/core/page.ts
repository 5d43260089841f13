/** Which page is shown: the address says it, so that it can be linked to and gone back from. */
import { signal } from "@preact/signals";

export const PAGES = ["run", "system"] as const;
export type Page = (typeof PAGES)[number];

/** Of the part of an address behind the #; what is no page of ours is Run. */
export function pageOf(hash: string): Page {
  return PAGES.find((page) => hash === `#/${page}`) ?? "run";
}

export const page = signal<Page>("run");

/** Follow the address for as long as the page is open. */
export function followAddress(): void {
  const look = () => {
    page.value = pageOf(location.hash);
  };
  addEventListener("hashchange", look);
  look();
}
