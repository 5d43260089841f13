/** The recipes by job number, and how one is begun. */
import { computed, signal } from "@preact/signals";
import { get, Problem, post } from "../core/api";
import type { Draft, Product, Recipe } from "../core/contract";
import { text } from "../core/texts";
import { go } from "../page";
import { job } from "./draft";

export const recipes = signal<readonly Recipe[] | null>(null); // null: not known yet
export const products = signal<readonly Product[]>([]);
export const listTrouble = signal("");

/** The version of the recipe that is edited which judges parts; 0: none does. */
export const production = computed(() => {
  const row = recipes.value?.find((one) => one.job === job.value);
  return row?.state === "in production" ? row.version : 0;
});

export async function fetchRecipes(): Promise<void> {
  try {
    recipes.value = await get<readonly Recipe[]>("recipes");
    products.value = await get<readonly Product[]>("products");
    listTrouble.value = "";
  } catch (error) {
    listTrouble.value = error instanceof Problem ? error.message : text("teach.no_answer");
  }
}

/** The lowest job number that no recipe has. */
export function freeJob(): number {
  const taken = new Set(recipes.value?.map((one) => one.job));
  let number = 1;
  while (taken.has(number)) number += 1;
  return number;
}

/** Begin a recipe, empty or as a copy, and edit it. Raises Problem. */
export async function beginRecipe(
  number: number,
  name: string,
  like: number | null,
): Promise<void> {
  const source = recipes.value?.find((one) => one.job === like);
  const version = source?.state === "in production" ? "production" : "draft";
  await post<Draft>("recipes", {
    job: number,
    name,
    ...(like !== null && { like: { job: like, version } }),
  });
  await fetchRecipes();
  go("teach", [number], { part: like === null ? "image" : "tools" });
}
