import { afterEach, expect, test, vi } from "vitest";
import { get, getTagged, Problem, post, put, stationAheadMs } from "./api";

const problem = {
  title: "Trigger rejected",
  detail: "The PLC triggers.",
  errors: [{ where: "part_id", message: "longer than 64 bytes", value: "x" }],
};

function answers(body: unknown, init: ResponseInit & { headers: Record<string, string> }): void {
  vi.stubGlobal("document", { baseURI: "http://station:5000/" });
  vi.stubGlobal(
    "fetch",
    vi.fn(async () => new Response(JSON.stringify(body), init)),
  );
}

afterEach(() => vi.unstubAllGlobals());

test("a problem says what, where and which value", async () => {
  answers(problem, { status: 409, headers: { "content-type": "application/problem+json" } });
  const error = await post("station/trigger").catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(Problem);
  expect(error).toMatchObject({ status: 409, detail: "The PLC triggers.", errors: problem.errors });
});

test("an error of another kind keeps its status", async () => {
  answers("<html>", {
    status: 502,
    statusText: "Bad Gateway",
    headers: { "content-type": "text/html" },
  });
  await expect(get("station")).rejects.toMatchObject({ status: 502, title: "Bad Gateway" });
});

test("a change goes as JSON to the address beside the page", async () => {
  answers({}, { status: 200, headers: {} });
  await post("counters/reset");
  expect(fetch).toHaveBeenCalledWith(
    "http://station:5000/api/v1/counters/reset",
    expect.objectContaining({
      headers: expect.objectContaining({ "content-type": "application/json" }),
    }),
  );
});

test("the station's clock is known from its answers", async () => {
  const date = new Date(Date.now() + 3_600_000).toUTCString();
  answers({}, { status: 200, headers: { date } });
  await get("station");
  expect(stationAheadMs()).toBeGreaterThan(3_590_000);
  answers({}, { status: 200, headers: { date: new Date().toUTCString() } });
  await get("station");
  expect(stationAheadMs()).toBe(0);
});

test("a version is named by its tag, and replaced only as it was", async () => {
  answers({ name: "bracket" }, { status: 200, headers: { etag: '"7"' } });
  expect(await getTagged("recipes/1/draft")).toEqual({ body: { name: "bracket" }, etag: '"7"' });
  await put("recipes/1/draft", { name: "plate" }, { ifMatch: '"7"' });
  expect(fetch).toHaveBeenLastCalledWith(
    "http://station:5000/api/v1/recipes/1/draft",
    expect.objectContaining({
      method: "PUT",
      headers: expect.objectContaining({ "if-match": '"7"' }),
    }),
  );
});
