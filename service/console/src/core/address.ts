/** Every address is made from the page's own, for a station may stand behind a prefix such as /s/west/. */

export function httpAddress(path: string, base = document.baseURI): string {
  return new URL(path, new URL(".", base)).href;
}

export function socketAddress(path: string, base = document.baseURI): string {
  return httpAddress(path, base).replace(/^http/, "ws");
}

/** The path alone, as Socket.IO wants it. */
export function pathOf(path: string, base = document.baseURI): string {
  return new URL(httpAddress(path, base)).pathname;
}
