import { httpAddress } from "./address";

/** One thing that is wrong: where, what, and the value that was found. */
export interface ProblemItem {
  where: string;
  message: string;
  value?: unknown;
  pointer?: string | null; // JSON Pointer, in a recipe's content
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

const JSON_ONLY = { accept: "application/json" };
/** A change is always JSON: a form on a foreign page cannot send that. */
const JSON_BODY = { ...JSON_ONLY, "content-type": "application/json" };

export interface Tagged<T> {
  body: T;
  etag: string; // of this version, for `ifMatch`
}

export async function get<T>(path: string, signal?: AbortSignal): Promise<T> {
  return (await ask(path, { headers: JSON_ONLY, ...(signal && { signal }) })).json();
}

export async function getTagged<T>(path: string): Promise<Tagged<T>> {
  return tagged(await ask(path, { headers: JSON_ONLY }));
}

export async function post<T>(path: string, body: object = {}, signal?: AbortSignal): Promise<T> {
  const init = { method: "POST", headers: JSON_BODY, body: JSON.stringify(body) };
  return (await ask(path, { ...init, ...(signal && { signal }) })).json();
}

/** Replace; with `ifMatch` only the version that has this tag, else the station answers 412. */
export async function put<T>(
  path: string,
  body: object,
  { ifMatch }: { ifMatch?: string } = {},
): Promise<Tagged<T>> {
  const headers = { ...JSON_BODY, ...(ifMatch && { "if-match": ifMatch }) };
  return tagged(await ask(path, { method: "PUT", headers, body: JSON.stringify(body) }));
}

export async function remove<T>(path: string, { ifMatch }: { ifMatch?: string } = {}): Promise<T> {
  const headers = { ...JSON_BODY, ...(ifMatch && { "if-match": ifMatch }) };
  return (await ask(path, { method: "DELETE", headers })).json();
}

/** Send a file as it is; its own type, else bytes. */
export async function upload<T>(path: string, file: Blob): Promise<T> {
  const headers = { ...JSON_ONLY, "content-type": file.type || "application/octet-stream" };
  return (await ask(path, { method: "POST", headers, body: file })).json();
}

/** An image that the station makes for what is sent, and where it says that lies (`X-Layer-Transform`; "" = nowhere). */
export async function postBlob(
  path: string,
  body: object,
): Promise<{ blob: Blob; transform: string }> {
  const init = { method: "POST", headers: JSON_BODY, body: JSON.stringify(body) };
  const answer = await ask(path, { ...init, headers: { ...JSON_BODY, accept: "image/*" } });
  const transform = answer.headers.get("x-layer-transform") ?? "";
  return { blob: await answer.blob(), transform };
}

export async function getBlob(path: string): Promise<Blob> {
  return (await ask(path, {})).blob();
}

export function apiAddress(path: string): string {
  return httpAddress(`api/v1/${path}`);
}

async function tagged<T>(response: Response): Promise<Tagged<T>> {
  return { body: await response.json(), etag: response.headers.get("etag") ?? "" };
}

let aheadMs = 0;

/** How far the station's clock is ahead of this browser's, in ms; known to a second, from the last answer. */
export function stationAheadMs(): number {
  return aheadMs;
}

let tellRefused: () => void = () => {};

/** Called whenever the station says that whoever asks may not. */
export function whenRefused(tell: () => void): void {
  tellRefused = tell;
}

async function ask(path: string, init: RequestInit): Promise<Response> {
  const response = await fetch(apiAddress(path), init);
  const said = Date.parse(response.headers.get("date") ?? "");
  const off = said - Date.now();
  if (Number.isFinite(off)) aheadMs = Math.abs(off) > 2000 ? off : 0;
  if (!response.ok) {
    if (response.status === 401 || response.status === 403) tellRefused();
    throw await problemOf(response);
  }
  return response;
}

async function problemOf(response: Response): Promise<Problem> {
  const isProblem = response.headers.get("content-type")?.startsWith("application/problem+json");
  const body: Partial<Problem> = isProblem ? await response.json().catch(() => ({})) : {};
  const title = body.title ?? response.statusText;
  return new Problem(response.status, title, body.detail ?? "", body.errors, body.code);
}
