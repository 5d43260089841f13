import type { Overlay } from "../../core/contract";
import { pathOf } from "../../core/geometry";
import { markOf } from "../../parts/mark";

/** What the newest trial found: edges, circles, defects. Where the steps looked is drawn by their regions. */
export function Found({ shapes }: { shapes: readonly Overlay[] }) {
  return (
    <g data-testid="found" pointer-events="none">
      {shapes
        .filter(({ role }) => role !== "region")
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
