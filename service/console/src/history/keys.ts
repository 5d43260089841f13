import type { Shortcut } from "../parts/shortcuts/shortcuts";
import { toggleProbe } from "../picture/probe/later";
import { viewport } from "./picture";
import { mayReview, say } from "./review";
import { step } from "./state";

/** The keys of History. */
export const historyKeys: readonly Shortcut[] = [
  { keys: ["J"], name: "history.next", act: () => void step(1) },
  { keys: ["K"], name: "history.previous", act: () => void step(-1) },
  { keys: ["R"], name: "history.key_real", act: () => void say("real"), when: mayReview },
  { keys: ["F"], name: "history.key_false", act: () => void say("false"), when: mayReview },
  { keys: ["U"], name: "history.key_unclear", act: () => void say("unclear"), when: mayReview },
  { keys: ["P"], name: "probe.name", act: () => void toggleProbe() },
  { keys: ["0"], name: "picture.fit_all", act: viewport.showAll },
  { keys: ["+"], name: "picture.in", act: viewport.zoomIn },
  { keys: ["-"], name: "picture.out", act: viewport.zoomOut },
];
