/** The keys of Run. */
import { freeze, frozen, resume } from "../live";
import type { Shortcut } from "../parts/shortcuts/shortcuts";
import { toggleProbe } from "../picture/probe/later";
import { nextFailure, previousFailure } from "./failures";
import { toggleFullScreen } from "./full-screen";
import { viewport } from "./viewport";

const PAN_PX = 40;

export function toggleFreeze(): void {
  if (frozen.value) resume();
  else freeze();
}

/** The arrows move a picture that is larger than its window; else they are the page's. */
const zoomed = () => !viewport.fitted.value;

export const runKeys: readonly Shortcut[] = [
  { keys: ["F"], name: "picture.freeze", act: toggleFreeze },
  { keys: ["P"], name: "probe.name", act: () => void toggleProbe() },
  { keys: ["J"], name: "strip.next_failure", act: nextFailure },
  { keys: ["K"], name: "strip.previous_failure", act: previousFailure },
  { keys: ["0"], name: "picture.fit_all", act: viewport.showAll },
  { keys: ["+"], name: "picture.in", act: viewport.zoomIn },
  { keys: ["-"], name: "picture.out", act: viewport.zoomOut },
  { keys: ["ArrowLeft"], name: "picture.left", act: () => viewport.panBy(PAN_PX, 0), when: zoomed },
  {
    keys: ["ArrowRight"],
    name: "picture.right",
    act: () => viewport.panBy(-PAN_PX, 0),
    when: zoomed,
  },
  { keys: ["ArrowUp"], name: "picture.up", act: () => viewport.panBy(0, PAN_PX), when: zoomed },
  {
    keys: ["ArrowDown"],
    name: "picture.down",
    act: () => viewport.panBy(0, -PAN_PX),
    when: zoomed,
  },
  { keys: ["Shift+F"], name: "picture.full", act: toggleFullScreen },
];
