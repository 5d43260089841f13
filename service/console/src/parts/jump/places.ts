/** Steps of the active recipe, tags and settings by name: asked for when the jump box is opened. */
import { get } from "../../core/api";
import type { Recipe, SettingsShown, Tag } from "../../core/contract";
import type { RecipeContent } from "../../core/recipe";
import { fieldsOf, type Schema } from "../../core/schema-form";
import { text } from "../../core/texts";
import { go, route } from "../../page";
import { may } from "../../session";
import { state } from "../../station";
import type { Jump } from "./jump";

/** Each of them, whatever becomes of the others. */
export async function allPlaces(): Promise<Jump[]> {
  const asked = [stepJumps(), recipeJumps(), tagJumps(), settingJumps()];
  const found = await Promise.allSettled(asked);
  return found.flatMap((one) => (one.status === "fulfilled" ? one.value : []));
}

/** Of the recipe that is open in Teach, else of the active one. */
async function stepJumps(): Promise<Jump[]> {
  const { page, path } = route.value;
  const open = page === "teach" ? Number(path[0]) : 0;
  const job = open || state.value?.job || 0;
  if (!job) return [];
  const { content } = await get<{ content: RecipeContent }>(`recipes/${job}/draft`);
  return content.steps.map(({ name }) => ({
    name,
    kind: text("jump.tool"),
    go: () => go("teach", [job], { part: "tools", step: name }),
  }));
}

async function recipeJumps(): Promise<Jump[]> {
  return (await get<Recipe[]>("recipes")).map(({ job, name }) => ({
    name: `${job} ${name}`,
    kind: text("jump.recipe"),
    go: () => go("teach", [job]),
  }));
}

async function tagJumps(): Promise<Jump[]> {
  return (await get<Tag[]>("tags")).map(({ name }) => ({
    name,
    kind: text("jump.tag"),
    go: () => go("plc", [], { find: name }),
  }));
}

async function settingJumps(): Promise<Jump[]> {
  if (!may("settings")) return [];
  const { sections } = await get<SettingsShown>("settings");
  return sections.flatMap((section) =>
    fieldsOf(section.schema as Schema).map((field) => ({
      name: `${section.name}.${field.name}`,
      kind: text("jump.setting"),
      go: () => go("system", ["settings"], { find: `${section.name}.${field.name}` }),
    })),
  );
}
