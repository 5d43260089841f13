/** The newest part, or the newest that did not pass, asked for each second; unchanged it is not sent again. */
import type { FrameHeader, ViewedPart } from "../core/contract";
import { address, type View } from "./asked";
import { draw, heard, part, refused } from "./seen";

const PERIOD_MS = 1000;
const PATIENCE_MS = 5000; // a station that hangs is asked again

export function followPart(view: Exclude<View, "live">): void {
  let tag = "";
  let drawn = 0;
  const look = async () => {
    const headers: HeadersInit = tag ? { "If-None-Match": tag } : {};
    const answer = await ask(`api/v1/views/${view}`, { headers, cache: "no-store" });
    refused.value = answer.status === 401;
    if (answer.status === 304) return heard();
    if (!answer.ok) return;
    heard();
    const said: ViewedPart = await answer.json();
    const number = said.result?.number ?? 0;
    if (said.result?.image && number !== drawn && !(await drawPart(view, said))) return;
    drawn = number;
    part.value = said;
    tag = answer.headers.get("etag") ?? "";
  };
  const again = async () => {
    await look().catch((error) => console.info("the station does not answer", error));
    setTimeout(again, PERIOD_MS);
  };
  void again();
}

/** Whether the image was of this very part; a newer one may have come between. */
async function drawPart(view: string, said: ViewedPart): Promise<boolean> {
  const answer = await ask(`api/v1/views/${view}/image`, {});
  if (answer.status === 404) return true; // retention took it: the words are shown alone
  if (answer.headers.get("x-inspection-number") !== String(said.result?.number)) return false;
  await draw(await answer.blob(), (bitmap) => headerOf(said, bitmap));
  return true;
}

function ask(path: string, init: RequestInit): Promise<Response> {
  return fetch(address(path), { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
}

function headerOf({ result, drawing }: ViewedPart, bitmap: ImageBitmap): FrameHeader {
  return {
    kind: "inspection",
    frame_id: -(result?.number ?? 0), // no frame of the stream
    acquired_ms: (result?.at_us ?? 0) / 1000,
    width: drawing?.width || bitmap.width,
    height: drawing?.height || bitmap.height,
    image_width: bitmap.width,
    image_height: bitmap.height,
    inspection_id: result?.number ?? null,
    judgement: result?.judgement ?? null,
    overlays: drawing?.overlays ?? [],
  };
}
