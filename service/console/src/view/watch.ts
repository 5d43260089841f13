/** The live picture; a judged part stays to be looked at for three seconds. */
import { Hold } from "../core/hold";
import { LiveLink } from "../core/live";
import { address, liveAddress } from "./asked";
import { draw, heard, refused } from "./seen";

const WIDTHS = [320, 640, 960, 1280, 1920]; // px of a JPEG that we ask for
const DENIED_MS = 5000;

export function watchLive(): void {
  const hold = new Hold();
  const seen = innerWidth * devicePixelRatio;
  const width = WIDTHS.find((offered) => offered >= seen) ?? 1920;
  const link = new LiveLink({
    address: () => liveAddress(width),
    onWord: heard,
    onFrame: async (header, jpeg) => {
      if (!hold.takes(header, performance.now())) return;
      await draw(new Blob([jpeg], { type: "image/jpeg" }), () => header);
    },
  });
  document.addEventListener("visibilitychange", () => link.setVisible(!document.hidden));
  setInterval(() => void isLetIn(), DENIED_MS);
  void isLetIn();
}

/** A WebSocket does not say why it was refused; this does. */
async function isLetIn(): Promise<void> {
  try {
    refused.value =
      (await fetch(address("api/v1/views/last"), { cache: "no-store" })).status === 401;
  } catch {
    // gone, not refusing: the age of its last word says so
  }
}
