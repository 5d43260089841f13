import type { FrameHeader, Overlay as Shape } from "../core/contract";
import { pathOf } from "../core/geometry";
import { markOf } from "../parts/mark";

/** What was found, drawn in px of the frame it belongs to; a dark halo under a bright core shows on any image. */
export function Overlay({ frame, stale }: { frame: FrameHeader; stale: boolean }) {
  return (
    <svg
      viewBox={`-0.5 -0.5 ${frame.width} ${frame.height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      data-testid="overlay"
      data-frame-id={frame.frame_id}
    >
      {passingFirst(frame.overlays).map((shape) => {
        const path = pathOf(shape);
        const look = stale ? "o-stale" : classOf(shape);
        return (
          <g class={look} key={`${look} ${shape.step} ${path}`}>
            <path class="halo" d={path} />
            <path class="core" d={path} />
          </g>
        );
      })}
    </svg>
  );
}

/** A failure is drawn last: nothing lies over it. */
function passingFirst(shapes: readonly Shape[]): Shape[] {
  return [...shapes].sort(
    (a, b) => Number(a.judgement !== "PASS") - Number(b.judgement !== "PASS"),
  );
}

function classOf({ role, judgement }: Shape): string {
  return role === "defect" && judgement === "FAIL" ? "o-edge" : `o-${markOf(judgement)}`;
}
