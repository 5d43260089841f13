/** The four steps of teaching, as the address names them: `#/teach/12?part=tools`. */
import { computed } from "@preact/signals";
import { hashOf } from "../core/page";
import type { TextKey } from "../core/texts";
import { route } from "../page";
import { job } from "./draft";

export const PARTS = ["image", "tools", "limits", "release"] as const;
export type Part = (typeof PARTS)[number];

export const PART_TEXTS: Readonly<Record<Part, TextKey>> = {
  image: "teach.part_image",
  tools: "teach.part_tools",
  limits: "limits.part",
  release: "release.part_name",
};

export const part = computed<Part>(
  () => PARTS.find((one) => one === route.value.query.get("part")) ?? "image",
);

/** Calibration lies over the parts, and leads back to the one that it was opened from. */
export const calibrating = computed(() => route.value.query.get("calibrate") === "1");

export function calibrateHref(): string {
  const query = { part: part.value, calibrate: "1" };
  return hashOf("teach", job.value === null ? [] : [job.value], query);
}

export function partHref(to: Part): string {
  return hashOf("teach", job.value === null ? [] : [job.value], { part: to });
}
