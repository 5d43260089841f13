import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { get, post } from "../core/api";
import type { Recipe, StationState } from "../core/contract";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { may } from "../session";
import { stale, state } from "../station";
import css from "./frame.module.css";

const recipes = signal<readonly Recipe[] | null>(null);
const trouble = signal("");
const choosing = signal<number | null>(null); // job that was asked for

/** Released recipes, one press activates one: the choice of an operator whose line has no PLC that chooses. */
export function RecipeList() {
  useEffect(() => void load(), []);
  return (
    <>
      <h2>{text("recipe.choose")}</h2>
      {!may("select_recipe") && (
        <p class="why">
          <Icon name="lock" />
          <span>{text("may.operator")}</span>
        </p>
      )}
      {trouble.value && <p role="alert">{trouble.value}</p>}
      <ul class={css.choices}>
        {recipes.value?.map((recipe) => (
          <li key={recipe.job}>
            <Choice recipe={recipe} />
          </li>
        ))}
      </ul>
      {recipes.value?.length === 0 && <p class="quiet">{text("recipe.none_released")}</p>}
    </>
  );
}

function Choice({ recipe: { job, name, version } }: { recipe: Recipe }) {
  const active = state.value?.job === job;
  const off = stale.value || !may("select_recipe") || choosing.value !== null;
  return (
    <button
      type="button"
      class="button plain wide"
      aria-pressed={active}
      disabled={off && !active}
      onClick={() => void choose(job)}
    >
      <span class="t">{`${job} ${name}`}</span>
      <small class="push fine">{active ? text("recipe.active") : `v${version}`}</small>
    </button>
  );
}

async function load(): Promise<void> {
  trouble.value = "";
  try {
    const all = await get<Recipe[]>("recipes");
    recipes.value = all.filter(({ state }) => state === "in production");
  } catch (error) {
    trouble.value = wordsOf(error);
  }
}

/** Make it the recipe that judges. Raises Problem. */
export async function activate(job: number): Promise<void> {
  state.value = await post<StationState>(`recipes/${job}/activate`);
}

async function choose(job: number): Promise<void> {
  if (state.value?.job === job) return;
  choosing.value = job;
  trouble.value = "";
  try {
    await activate(job);
    document.getElementById("recipes")?.hidePopover();
  } catch (error) {
    trouble.value = text("recipe.refused", { reason: wordsOf(error) });
  } finally {
    choosing.value = null;
  }
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
