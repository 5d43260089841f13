/** What is shown: the address says it, so that it can be linked to and gone back from. */
import { computed, signal } from "@preact/signals";
import { hashOf, type Page, type Route, routeOf } from "./core/page";

export const route = signal<Route>(routeOf(""));
export const page = computed(() => route.value.page);

/** Follow the address for as long as the page is open. */
export function followAddress(): void {
  const look = () => {
    route.value = routeOf(location.hash);
  };
  addEventListener("hashchange", look);
  look();
}

/** Go there; the way back is kept. */
export function go(
  page: Page,
  path: readonly (string | number)[] = [],
  query: Readonly<Record<string, string>> | URLSearchParams = {},
): void {
  location.hash = hashOf(page, path, query);
}

/** Change a part of what the address asks for, in its place: no way back is added. An empty value takes it out. */
export function setQuery(change: Readonly<Record<string, string>>): void {
  const { page, path, query } = route.value;
  const pairs = { ...Object.fromEntries(query), ...change };
  const address = new URL(location.href);
  address.hash = hashOf(page, path, pairs);
  history.replaceState(history.state, "", address);
  route.value = routeOf(address.hash);
}
