import type { Overlay } from "../../core/contract";
import { pathOf } from "../../core/geometry";
import { markOf } from "../../parts/mark";
import { selected } from "../draft";

/** What the newest trial found, of what failed and of what is selected: edges, circles, defects. Where the steps looked is drawn by their regions. */
export function Found({ shapes }: { shapes: readonly Overlay[] }) {
  return (
    <g data-testid="found" pointer-events="none">
      {shapes
        .filter(
          ({ role, step, judgement }) =>
            role !== "region" && (judgement !== "PASS" || step === selected.value),
        )
        .map((shape) => {
          const path = pathOf(shape, 8);
          const failing = shape.judgement === "FAIL";
          return (
            <g
              class={failing ? "o-edge" : `o-${markOf(shape.judgement)}`}
              key={`${shape.step} ${path}`}
            >
              <path class="halo" d={path} />
              <path class="core" d={path} />
            </g>
          );
        })}
    </g>
  );
}
