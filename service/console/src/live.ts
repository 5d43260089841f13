/** The picture that is shown: live frames and judged parts from the stream, or one part from the archive. */
import { computed, signal } from "@preact/signals";
import { socketAddress } from "./core/address";
import { get, getBlob } from "./core/api";
import { ClockAhead, median } from "./core/clock-ahead";
import type { Drawing, FrameHeader, Result, StationState } from "./core/contract";
import { Hold } from "./core/hold";
import { LiveLink } from "./core/live";
import { learn, remember } from "./drawings";
import { heard, now, received, watchLive } from "./station";

const WIDTHS = [320, 480, 640, 960, 1280, 1920, 2560, 4096]; // px of a JPEG that we ask for
const RATE_MS = 2000;

export const shown = signal<FrameHeader | null>(null); // of the pixels on the canvas
export const opened = signal<number | null>(null); // the part chosen in the filmstrip
export const imageMissing = signal(false);
export const shownExact = signal(false); // those pixels are the sensor's own: stored without loss
export const shownAt = signal(0); // when that was drawn, ms of this browser

const clock = new ClockAhead();
const ASKS = 3; // of the station's clock, when the stream starts
const latencies = signal<readonly { at: number; ms: number }[]>([]); // of live frames that were drawn

/** From a frame's exposure to its pixels here, ms; null: not known. */
export const latencyMs = computed(() => {
  const since = now.value - RATE_MS;
  return median(latencies.value.filter(({ at }) => at > since).map(({ ms }) => ms));
});

const cameAt = signal<readonly number[]>([]); // of the frames of the last two seconds, ms of this browser

/** Frames/s that come. */
export const rate = computed(() => {
  const since = now.value - RATE_MS;
  return cameAt.value.filter((at) => at > since).length / (RATE_MS / 1000);
});

const frozenAt = signal<number | null>(null); // `received` when the picture was stopped
export const frozen = computed(() => frozenAt.value !== null);
export const partsSince = computed(() => received.value - (frozenAt.value ?? received.value));

const hold = new Hold();
let canvas: HTMLCanvasElement | null = null;
let link: LiveLink | null = null;
let width = 960;
let startedAt = 0; // of the stream, ms of this browser
let taken = 0; // frames to draw: one that decodes after a later one, of another connection, is passed over

/** The canvas to draw on; null when its page is left. */
export function drawOn(element: HTMLCanvasElement | null): void {
  canvas = element;
}

export function canvasShown(): HTMLCanvasElement | null {
  return canvas;
}

/** Frames come until the returned function is called; then the picture is live again for who comes back. */
export function startLive(): () => void {
  const unwatch = watchLive();
  startedAt = Date.now();
  const started = new LiveLink({
    address: () => socketAddress(`api/v1/live?width=${width}`),
    onWord: heard,
    onFrame: receive,
  });
  void askClock();
  const seen = () => started.setVisible(!document.hidden);
  document.addEventListener("visibilitychange", seen);
  link = started;
  return () => {
    document.removeEventListener("visibilitychange", seen);
    started.stop();
    link = null;
    unwatch();
    resume();
    shown.value = null;
  };
}

/** What the station's clock says, to some milliseconds: a header of HTTP has only seconds. */
async function askClock(): Promise<void> {
  try {
    for (let i = 0; i < ASKS; i++) {
      const asked = Date.now();
      const { at_us } = await get<StationState>("station");
      clock.hear(asked, at_us / 1000, Date.now());
    }
  } catch (error) {
    console.debug("the station's clock was not had", error);
  }
}

/** Ask for images that are as wide as they are seen, in device px; a smaller one than before only when much smaller. */
export function wantWidth(px: number): void {
  const wanted = WIDTHS.find((offered) => offered >= px) ?? WIDTHS.at(-1) ?? px;
  if (wanted === width || (wanted < width && wanted > width / 3)) return;
  width = wanted;
  link?.reconnect();
}

/** Stop the picture; of a judged part its stored image takes the place of the stream's, with every pixel of the sensor. */
export function freeze(): void {
  const at = received.value;
  frozenAt.value = at;
  const header = shown.value;
  if (header?.inspection_id)
    void sharpen(header, () => frozenAt.value === at && shown.value === header);
}

async function sharpen(header: FrameHeader, wanted: () => boolean): Promise<void> {
  try {
    const image = await getBlob(`inspections/${header.inspection_id}/image`);
    const whole = (bitmap: ImageBitmap) => ({
      ...header,
      image_width: bitmap.width,
      image_height: bitmap.height,
    });
    await draw(image, whole, wanted);
  } catch {
    // none is kept: the stream's stays
  }
}

/** Live again. */
export function resume(): void {
  frozenAt.value = null;
  opened.value = null;
  imageMissing.value = false;
  hold.release();
}

/** Show a part of the past; the line keeps running. */
export async function open(result: Result): Promise<void> {
  if (!frozen.value) freeze();
  opened.value = result.number;
  imageMissing.value = !result.image;
  if (!result.image) return;
  try {
    const [image, drawing] = await Promise.all([
      getBlob(`inspections/${result.number}/image`),
      learn(result.number),
    ]);
    await draw(
      image,
      (bitmap) => headerOf(result, bitmap, drawing),
      () => opened.value === result.number,
    );
  } catch (error) {
    console.warn(`no image of inspection ${result.number}`, error);
    imageMissing.value = opened.value === result.number;
  }
}

async function receive(header: FrameHeader, jpeg: Uint8Array<ArrayBuffer>): Promise<void> {
  countFrame();
  if (header.kind === "inspection") remember(header);
  if (frozen.value || !hold.takes(header, performance.now())) return;
  taken += 1;
  const own = taken;
  await draw(
    new Blob([jpeg], { type: "image/jpeg" }),
    () => header,
    () => !frozen.value && own === taken,
  );
  if (shown.value === header) timeFrame(header);
}

function timeFrame({ acquired_ms }: FrameHeader): void {
  const at = Date.now();
  if (clock.ms === null || acquired_ms < startedAt + clock.ms) return; // the first picture is as old as the last part
  const recent = latencies.value.filter((earlier) => earlier.at > at - RATE_MS);
  latencies.value = [...recent, { at, ms: Math.max(0, at + clock.ms - acquired_ms) }];
}

function countFrame(): void {
  const at = Date.now();
  cameAt.value = [...cameAt.value.filter((earlier) => earlier > at - RATE_MS), at];
}

/** Decode, draw, and name what was drawn, all in one turn: the overlay belongs to these pixels. */
async function draw(
  image: Blob,
  header: (bitmap: ImageBitmap) => FrameHeader,
  wanted: () => boolean,
): Promise<void> {
  const bitmap = await createImageBitmap(image);
  if (canvas && wanted()) {
    const said = header(bitmap);
    canvas.width = bitmap.width;
    canvas.height = bitmap.height;
    canvas.getContext("2d")?.drawImage(bitmap, 0, 0);
    canvas.dataset.frameId = String(said.frame_id);
    shown.value = said;
    shownExact.value = image.type === "image/png" && said.image_width === said.width;
    shownAt.value = Date.now();
  }
  bitmap.close(); // or memory waits for the collector
}

/** What a stored image shows, with what was found on it. */
function headerOf(result: Result, bitmap: ImageBitmap, drawing: Drawing | null): FrameHeader {
  const { number, judgement } = result;
  return {
    kind: "inspection",
    frame_id: -number, // no frame of the stream
    acquired_ms: result.at_us / 1000,
    width: drawing?.width || bitmap.width,
    height: drawing?.height || bitmap.height,
    image_width: bitmap.width,
    image_height: bitmap.height,
    inspection_id: number,
    judgement,
    overlays: drawing?.overlays ?? [],
  };
}
