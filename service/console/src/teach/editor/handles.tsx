import { handlesOf } from "../../core/regions/handles";
import { boundsOfRegion } from "../../core/regions/outline";
import { carried } from "../../core/regions/pose";
import type { Point } from "../../core/regions/region";
import { chosen, type Placed } from "../regions";
import { picturePoint, viewport } from "../view";
import { drawing } from "./drawing";
import { stem } from "./pull";
import { sizeWords } from "./regions-layer";

const KNOB_PX = 5.5;
const ADD_PX = 4;
const ROUND_PX = 6.5;

/** The knobs of the chosen region, over all regions; in CSS px of the picture, so that they keep their size. */
export function Handles() {
  const now = chosen.value;
  if (!now || drawing.value || viewport.view.value.scale <= 0) return null; // not laid out yet
  const at = (point: Point) => picturePoint(carried(now.pose, point));
  return (
    <>
      <svg class="handles" aria-hidden="true" data-testid="handles">
        {handlesOf(now.region, stem()).map((handle) => {
          const { x, y } = at(handle);
          const from = handle.from && at(handle.from);
          const size = { size: KNOB_PX, turn: ROUND_PX, add: ADD_PX }[handle.look];
          return (
            <g key={handle.id} data-knob={handle.id} class={handle.look === "add" ? "add" : ""}>
              {from && <line class="halo" x1={from.x} y1={from.y} x2={x} y2={y} />}
              {from && <line class="core sel" x1={from.x} y1={from.y} x2={x} y2={y} />}
              <circle class="knob" cx={x} cy={y} r={size} />
            </g>
          );
        })}
      </svg>
      <Tag of={now} />
    </>
  );
}

function Tag({ of }: { of: Placed }) {
  const { left, right, bottom, top } = boundsOfRegion(of.region);
  const corners = [
    { x: left, y: top },
    { x: right, y: top },
    { x: left, y: bottom },
    { x: right, y: bottom },
  ].map((point) => picturePoint(carried(of.pose, point)));
  const middle = corners.reduce((sum, { x }) => sum + x / 4, 0);
  const low = Math.max(...corners.map(({ y }) => y));
  return (
    <span
      class="tag select"
      data-testid="region-tag"
      style={{ insetInlineStart: `${middle}px`, insetBlockStart: `${low + 12}px` }}
    >
      {of.step} {sizeWords(of)}
    </span>
  );
}
