/** What a view-only page asks of its station: with a view token in its address, or as whoever may watch. */
import { httpAddress, socketAddress } from "../core/address";

export type View = "live" | "last" | "last-failed";

const base = new URL("..", document.baseURI).href; // the page lies one folder down
const token = new URLSearchParams(location.search).get("token");

export const view = location.pathname.split("/").at(-1) as View;

export function address(path: string): string {
  return httpAddress(withToken(path), base);
}

export function liveAddress(width: number): string {
  return socketAddress(withToken(`api/v1/live?width=${width}`), base);
}

function withToken(path: string): string {
  if (token === null) return path;
  return `${path}${path.includes("?") ? "&" : "?"}token=${encodeURIComponent(token)}`;
}
