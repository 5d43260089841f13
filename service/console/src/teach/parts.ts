/** The four steps of teaching, as the address names them: `#/teach/12?part=tools`. */
import { computed } from "@preact/signals";
import { hashOf } from "../core/page";
import type { TextKey } from "../core/texts";
import { route } from "../page";
import { job } from "./draft";

export const PARTS = ["image", "tools"] as const;
export type Part = (typeof PARTS)[number];

export const PART_TEXTS: Readonly<Record<Part, TextKey>> = {
  image: "teach.part_image",
  tools: "teach.part_tools",
};

export const part = computed<Part>(
  () => PARTS.find((one) => one === route.value.query.get("part")) ?? "image",
);

export function partHref(to: Part): string {
  return hashOf("teach", job.value === null ? [] : [job.value], { part: to });
}
