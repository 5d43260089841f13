import type { FrameHeader, Overlay, StepRow } from "../core/contract";
import { boundsOf, type Label, placeLabel, type Size } from "../core/geometry";
import { labelNames } from "../core/instances";
import { measured } from "../core/reason";
import { Mark, markOf } from "../parts/mark";

const CHARACTER_PX = 9.5; // widest usual, at the label's size and weight
const MARK_PX = 42;
const HEIGHT_PX = 30;

interface Tag extends Label {
  step: string;
  words: string;
  mark: "pass" | "fail" | "error";
}

/** One label a failing step, below its region, never on it; of one that repeats the worst few. What passes has none. */
export function Labels(props: {
  frame: FrameHeader;
  steps: readonly StepRow[];
  picture: Size;
  times?: number; // larger than usual
}) {
  return (
    <>
      {tagsOf(props.frame, props.steps, props.picture, props.times ?? 1).map((tag) => (
        <span
          class={`tag ${tag.mark}`}
          key={`${tag.mark} ${tag.step}`}
          style={{ insetInlineStart: `${tag.x}px`, insetBlockStart: `${tag.y}px` }}
        >
          <Mark name={tag.mark} />
          {tag.words}
        </span>
      ))}
    </>
  );
}

function tagsOf(
  frame: FrameHeader,
  steps: readonly StepRow[],
  picture: Size,
  times: number,
): Tag[] {
  const scale = picture.width / frame.width;
  const tags: Tag[] = [];
  const names = labelNames(steps);
  const known = new Set(steps.map(({ name }) => name));
  for (const shape of firstOfEachFailing(frame.overlays)) {
    const name = names.get(shape.step);
    if (name === undefined && known.has(shape.step)) continue;
    const words = wordsOf(shape, steps, name ?? shape.step);
    const size = {
      x: 0,
      y: 0,
      width: times * (MARK_PX + words.length * CHARACTER_PX),
      height: times * HEIGHT_PX,
    };
    const region = boundsOf(shape.points.map(([x, y]) => [(x + 0.5) * scale, (y + 0.5) * scale]));
    const label = placeLabel(region, size, picture, tags);
    tags.push({ ...label, step: shape.step, words, mark: markOf(shape.judgement) });
  }
  return tags;
}

function firstOfEachFailing(shapes: readonly Overlay[]): Overlay[] {
  const failing = shapes.filter(
    ({ judgement, points }) => judgement !== "PASS" && points.length > 0,
  );
  return [
    ...new Map(failing.toReversed().map((shape) => [shape.step, shape])).values(),
  ].toReversed();
}

/** The step with its value where that is known, else with what the station wrote there. */
function wordsOf(shape: Overlay, steps: readonly StepRow[], called: string): string {
  const step = steps.find(({ name }) => name === shape.step);
  const more = step && step.value !== null ? measured(step) : shape.label;
  return more && more !== shape.step ? `${called}\u2002${more}` : called;
}
