/** Keys on a region that has the focus, and keys of the page. */
import { grown, moved, tidy } from "../../core/regions/change";
import { withoutCorner } from "../../core/regions/handles";
import type { Shortcut } from "../../parts/shortcuts/shortcuts";
import { toggleProbe } from "../../picture/probe/later";
import { may } from "../../session";
import { redo, save, selectedStep, undo } from "../draft";
import { showNextFailed } from "../images";
import { duplicate, inImage, reshape, takeOut } from "../regions";
import { switchStep } from "../steps";
import { viewport } from "../view";
import { cancelDrawing, drawing, finishDrawing, lastCornerBack, putInMiddle } from "./drawing";
import { focusChosen } from "./focus";

const FAR_PX = 10;
const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** On a region: arrows move it by a px, with Ctrl by ten, with Shift they resize it; Del, Ctrl+D. */
export function press(event: KeyboardEvent): void {
  const command = event.ctrlKey || event.metaKey;
  const arrow = ARROWS[event.key];
  if (arrow && !event.altKey) {
    const [dx, dy] = arrow.map((way) => way * (command ? FAR_PX : 1)) as [number, number];
    if (event.shiftKey)
      reshape((region) => inImage(tidy(grown(region, dx, dy))), { join: "resize" });
    else reshape((region) => tidy(inImage(moved(region, dx, dy))), { join: "nudge" });
  } else if (event.key === "Delete" || event.key === "Backspace") {
    takeOut();
    focusChosen();
  } else if (command && event.key.toLowerCase() === "d") {
    duplicate();
    focusChosen();
  } else return;
  event.preventDefault();
  event.stopPropagation();
}

/** A double click on a corner takes it out. */
export function dropCorner(knob: string): void {
  reshape((region) => withoutCorner(region, knob));
}

const draws = () => drawing.value !== null;

/** Of the page, while no region is drawn and while one is. */
export const teachKeys: readonly Shortcut[] = [
  {
    keys: ["Ctrl+Z", "Backspace"],
    name: "teach.last_corner_back",
    act: lastCornerBack,
    when: draws,
  },
  { keys: ["Escape"], name: "teach.draw_not", act: cancelDrawing, when: draws },
  {
    keys: ["Enter"],
    name: "teach.draw_middle",
    act: finishOrPut,
    when: () => draws() && !isButton(document.activeElement),
  },
  { keys: ["Ctrl+Z"], name: "teach.undo", act: undo },
  { keys: ["Ctrl+Shift+Z", "Ctrl+Y"], name: "teach.redo", act: redo },
  {
    keys: ["O"],
    name: "teach.switch_key",
    act: () => selectedStep.value && switchStep(selectedStep.value.name),
    when: () => selectedStep.value !== null && may("recipes"),
  },
  { keys: ["Ctrl+S"], name: "teach.save", act: () => void save(), typing: true },
  { keys: ["0"], name: "picture.fit", act: viewport.showAll },
  { keys: ["+"], name: "picture.in", act: viewport.zoomIn },
  { keys: ["-"], name: "picture.out", act: viewport.zoomOut },
  { keys: ["P"], name: "probe.name", act: () => void toggleProbe() },
  { keys: ["J"], name: "teach.next_failed", act: () => showNextFailed(1) },
  { keys: ["K"], name: "teach.previous_failed", act: () => showNextFailed(-1) },
];

/** What was drawn so far; where that is nothing, one in the middle. */
function finishOrPut(): void {
  if (!drawing.value?.corners.length) putInMiddle();
  else finishDrawing();
}

function isButton(target: Element | null): boolean {
  return target?.closest("button, a") != null;
}
