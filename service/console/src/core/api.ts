import { httpAddress } from "./address";

/** One thing that is wrong: where, what, and the value that was found. */
export interface ProblemItem {
  where: string;
  message: string;
  value?: unknown;
}

/** An answer of RFC 9457: the station says what went wrong. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    readonly title: string,
    readonly detail: string,
    readonly errors: readonly ProblemItem[] = [],
    readonly code: number | null = null,
  ) {
    super(detail || title);
  }
}

export async function get<T>(path: string): Promise<T> {
  return (await ask(path, { headers: { accept: "application/json" } })).json();
}

/** A change is always JSON: a form on a foreign page cannot send that. */
export async function post<T>(path: string, body: object = {}): Promise<T> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  return (await ask(path, { method: "POST", headers, body: JSON.stringify(body) })).json();
}

export async function remove<T>(path: string): Promise<T> {
  const headers = { accept: "application/json", "content-type": "application/json" };
  return (await ask(path, { method: "DELETE", headers })).json();
}

export async function getBlob(path: string): Promise<Blob> {
  return (await ask(path, {})).blob();
}

export function apiAddress(path: string): string {
  return httpAddress(`api/v1/${path}`);
}

let aheadMs = 0;

/** How far the station's clock is ahead of this browser's, in ms; known to a second, from the last answer. */
export function stationAheadMs(): number {
  return aheadMs;
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(apiAddress(path), init);
  const said = Date.parse(response.headers.get("date") ?? "");
  const off = said - Date.now();
  if (Number.isFinite(off)) aheadMs = Math.abs(off) > 2000 ? off : 0;
  if (!response.ok) throw await problemOf(response);
  return response;
}

async function problemOf(response: Response): Promise<Problem> {
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
  const body: Partial<Problem> = isProblem ? await response.json().catch(() => ({})) : {};
  const title = body.title ?? response.statusText;
  return new Problem(response.status, title, body.detail ?? "", body.errors, body.code);
}
