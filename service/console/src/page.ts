/** Which page is shown: the address says it, so that it can be linked to and gone back from. */
import { signal } from "@preact/signals";
import { type Page, pageOf } from "./core/page";

export const page = signal<Page>("run");

/** Follow the address for as long as the page is open. */
export function followAddress(): void {
  const look = () => {
    page.value = pageOf(location.hash);
  };
  addEventListener("hashchange", look);
  look();
}
