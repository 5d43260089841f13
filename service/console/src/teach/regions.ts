/** The regions and masks of the steps: which one is chosen, and what is done to it. */
import { batch, computed, signal } from "@preact/signals";
import { type RecipeContent, withStep } from "../core/recipe";
import { broughtInside } from "../core/regions/change";
import { beside } from "../core/regions/drawn";
import { HOME, type Pose } from "../core/regions/pose";
import type { Region } from "../core/regions/region";
import { edit, selected, selectedStep, steps } from "./draft";
import { toolOf } from "./tools";
import { poseOf } from "./trial";
import { imageSize } from "./view";

export type Part = "regions" | "masks";

export interface Place {
  readonly step: string;
  readonly part: Part;
  readonly index: number;
}

/** A region with where it stands in the recipe, and how it is moved with the part on this image. */
export interface Placed extends Place {
  readonly region: Region;
  readonly pose: Pose;
}

const at = signal<Omit<Place, "step">>({ part: "regions", index: 0 });

export const placed = computed<readonly Placed[]>(() =>
  steps.value.flatMap((step) => {
    const pose = poseOf(step.fixture ?? null) ?? HOME;
    const each = (part: Part) =>
      (step[part] ?? []).map((region, index) => ({ step: step.name, part, index, region, pose }));
    return [...each("regions"), ...each("masks")];
  }),
);

/** The region that is edited: one of the selected step. */
export const chosen = computed(
  () =>
    placed.value.find(
      ({ step, part, index }) =>
        step === selected.value && part === at.value.part && index === at.value.index,
    ) ?? null,
);

export function choose({ step, part, index }: Place): void {
  batch(() => {
    selected.value = step;
    at.value = { part, index };
  });
}

/** Select a step; its first region is the one to edit. */
export function selectStep(name: string): void {
  choose({ step: name, part: "regions", index: 0 });
}

export function isChosen({ step, part, index }: Place): boolean {
  return step === selected.value && part === at.value.part && index === at.value.index;
}

/** Change the chosen region. */
export function reshape(
  change: (region: Region) => Region,
  join: { join?: string; held?: boolean } = {},
): void {
  const place = chosen.value;
  if (place) put(place, change(place.region), join);
}

export function put(
  { step, part, index }: Place,
  region: Region,
  join: { join?: string; held?: boolean } = {},
): void {
  edit((content) => withRegions(content, step, part, (all) => all.with(index, region)), join);
}

/** A new one of the selected step, in the place of the last one where the tool takes no more. */
export function add(region: Region, part: Part): void {
  const step = selectedStep.value;
  if (!step) return;
  const many = step[part]?.length ?? 0;
  const most =
    part === "masks" ? Number.POSITIVE_INFINITY : (toolOf(step.tool.type)?.regions.most ?? 1);
  const index = Math.min(many, Math.max(1, most) - 1);
  batch(() => {
    edit((content) =>
      withRegions(content, step.name, part, (all) => all.toSpliced(index, 1, region)),
    );
    at.value = { part, index };
  });
}

export function duplicate(): void {
  const place = chosen.value;
  if (!place || !hasRoom(place.part)) return;
  add(beside(place.region, imageSize.value), place.part);
}

export function takeOut(): void {
  const place = chosen.value;
  if (!place) return;
  batch(() => {
    edit((content) =>
      withRegions(content, place.step, place.part, (all) => all.toSpliced(place.index, 1)),
    );
    at.value = { part: place.part, index: Math.max(0, place.index - 1) };
  });
}

/** Whether the tool takes one more. */
export function hasRoom(part: Part): boolean {
  const step = selectedStep.value;
  if (!step) return false;
  if (part === "masks") return true;
  return (step.regions?.length ?? 0) < (toolOf(step.tool.type)?.regions.most ?? 1);
}

/** As far inside the image as it can be. */
export function inImage(region: Region): Region {
  return broughtInside(region, imageSize.value);
}

function withRegions(
  content: RecipeContent,
  step: string,
  part: Part,
  change: (all: readonly Region[]) => readonly Region[],
): RecipeContent {
  return withStep(content, step, (before) => ({ ...before, [part]: change(before[part] ?? []) }));
}
