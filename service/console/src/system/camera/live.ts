/** Pictures with the values of the form, one after the other while somebody looks; nothing of it is kept. */
import { computed, signal } from "@preact/signals";
import { post } from "../../core/api";
import type { CameraPreview, CameraSetup } from "../../core/contract";
import { language } from "../../core/texts";
import { Viewport } from "../../picture/viewport";
import { Asked, reasonOf } from "../asked";
import { draft } from "../settings/settings";

const EVERY_MS = 150; // from one picture to the next at least
const REFUSED_MS = 1000;
const NARROWEST = 640; // px that are asked for, however small the window
const CLIENT = Math.random().toString(36).slice(2); // of the pictures that this page asks for the newest counts

export interface Seen {
  readonly said: CameraPreview;
  readonly picture: ImageBitmap;
}

export const setup = new Asked<CameraSetup>(() => `camera?language=${language()}`);
export const seen = signal<Seen | null>(null);
export const refused = signal(""); // why there is no newer picture, in the station's words
export const best = signal(0); // focus
export const rate = signal(0); // pictures a second
export const gain = signal<number | null>(null); // dB, of a camera whose settings have none; only tried

const width = computed(() => seen.value?.said.width ?? 4);
const height = computed(() => seen.value?.said.height ?? 3);
export const viewport = new Viewport(
  computed(() => ({ width: width.value, height: height.value })),
);

/** What is tried: the values of the form that the camera is not set to. */
export const tried = computed(() => {
  const section = setup.value.value?.section;
  const values: { exposure_us?: number; gain_db?: number } = {};
  for (const key of ["exposure_us", "gain_db"] as const) {
    if (!section || !(key in section.values)) continue;
    const wanted = draft.value.get(`/camera/${key}`) ?? section.values[key];
    const used = key in section.running ? section.running[key] : section.values[key];
    const given = key === "gain_db" || wanted !== 0; // an exposure of 0 leaves it to the camera
    if (typeof wanted === "number" && wanted !== used && given) values[key] = wanted;
  }
  if (gain.value !== null) values.gain_db = gain.value;
  return values;
});

/** Until the returned function is called. */
export function watchCamera(): () => void {
  let going = true;
  void setup.refresh();
  void (async () => {
    while (going) {
      const began = performance.now();
      const came = !document.hidden && (await look(() => going));
      const left = came ? EVERY_MS - (performance.now() - began) : REFUSED_MS;
      await new Promise((done) => setTimeout(done, Math.max(0, left)));
      if (came) rate.value = rate.value * 0.8 + 200 / (performance.now() - began);
    }
  })();
  return () => {
    going = false;
    forget();
  };
}

function forget(): void {
  seen.value?.picture.close();
  seen.value = null;
  [refused.value, best.value, rate.value, gain.value] = ["", 0, 0, null];
}

/** Whether a picture came. */
async function look(going: () => boolean): Promise<boolean> {
  try {
    const said = await post<CameraPreview>("camera/preview", {
      ...tried.value,
      width: widthWanted(),
      client: CLIENT,
    });
    if (said.superseded) return true;
    const picture = await createImageBitmap(jpegOf(said));
    if (!going()) {
      picture.close();
      return false;
    }
    const before = seen.value?.picture;
    seen.value = { said, picture };
    before?.close();
    best.value = Math.max(best.value, said.focus);
    if (refused.value) void setup.refresh();
    refused.value = "";
    return true;
  } catch (error) {
    if (!going()) return false;
    refused.value = reasonOf(error);
    void setup.refresh();
    return false;
  }
}

/** As many pixels as can be seen, and no more than there are. */
function widthWanted(): number {
  const shown = Math.round(viewport.place.value.width * devicePixelRatio);
  return Math.min(8192, Math.max(NARROWEST, shown));
}

function jpegOf({ jpeg }: CameraPreview): Blob {
  const bytes = Uint8Array.from(atob(jpeg), (letter) => letter.charCodeAt(0));
  return new Blob([bytes], { type: "image/jpeg" });
}
