import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { RecipeContent } from "../core/recipe";
import { speak } from "../core/texts";
import { close, conflict, draft, edit, open, save, takeTheirs, undo } from "./draft";

/** One draft as the station keeps it: a change needs the tag of the version that it began with. */
let kept = { name: "", tag: 0 };

function answer(status: number): Response {
  const body = {
    content: { name: kept.name, steps: [] },
    saved: true,
    version: 2,
    changed_by: "",
    changed_at_us: 1,
    faults: [],
  };
  const type = status === 200 ? "application/json" : "application/problem+json";
  const headers = { etag: `"${kept.tag}"`, "content-type": type };
  return new Response(JSON.stringify(body), { status, headers });
}

async function station(_address: string, init: RequestInit = {}): Promise<Response> {
  if (init.method !== "PUT") return answer(200);
  const asked = new Headers(init.headers).get("if-match");
  if (asked !== `"${kept.tag}"`) return answer(412);
  kept = { name: JSON.parse(String(init.body)).name, tag: kept.tag + 1 };
  return answer(200);
}

const named = (name: string) => edit((content: RecipeContent) => ({ ...content, name }));

beforeEach(async () => {
  await speak("en");
  vi.stubGlobal("document", { baseURI: "http://station:5000/" });
  vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {}, removeItem: () => {} });
  vi.stubGlobal("fetch", vi.fn(station));
  kept = { name: "first", tag: 1 };
  await open(1);
});

afterEach(() => {
  close();
  vi.unstubAllGlobals();
});

test("ours, brought back after theirs was taken, is refused again, edited or not", async () => {
  named("ours");
  kept = { name: "theirs", tag: 2 };
  expect(await save()).toBe(false);
  takeTheirs();
  expect(draft.value?.name).toBe("theirs");
  undo();
  expect(draft.value?.name).toBe("ours");
  expect(await save()).toBe(false);
  expect(conflict.value).not.toBeNull();
  conflict.value = null;
  named("ours, edited");
  expect(await save()).toBe(false);
  expect(kept.name).toBe("theirs");
});

test("what is edited upon theirs is saved", async () => {
  named("ours");
  kept = { name: "theirs", tag: 2 };
  await save();
  takeTheirs();
  named("both");
  expect(await save()).toBe(true);
  expect(kept.name).toBe("both");
});
