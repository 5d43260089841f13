/** Bring a step's regions into view. */
import { boundsOfRegion } from "../core/regions/outline";
import { carried } from "../core/regions/pose";
import { placed } from "./regions";
import { viewport } from "./view";

export function showStep(name: string): void {
  const corners = placed.value
    .filter(({ step, part }) => step === name && part === "regions")
    .flatMap(({ region, pose }) => {
      const { left, top, right, bottom } = boundsOfRegion(region);
      return [
        { x: left, y: top },
        { x: right, y: top },
        { x: left, y: bottom },
        { x: right, y: bottom },
      ].map((point) => carried(pose, point));
    });
  if (!corners.length) {
    viewport.showAll();
    return;
  }
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  const box = {
    left: Math.min(...xs),
    top: Math.min(...ys),
    right: Math.max(...xs),
    bottom: Math.max(...ys),
  };
  viewport.showBox(box, 4);
}
