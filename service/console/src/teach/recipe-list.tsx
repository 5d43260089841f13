import { useEffect, useState } from "preact/hooks";
import type { Recipe } from "../core/contract";
import { hashOf } from "../core/page";
import { text } from "../core/texts";
import { Banner } from "../frame/banner";
import { Icon } from "../parts/icon";
import { IconButton } from "../parts/icon-button";
import { Mark } from "../parts/mark";
import { may } from "../session";
import { NewRecipe } from "./new-recipe";
import { fetchRecipes, listTrouble, products, recipes } from "./recipes";
import css from "./teach.module.css";

/** Which recipe to teach. */
export function RecipeList() {
  const [asked, setAsked] = useState<{ like: number | null } | null>(null);
  useEffect(() => void fetchRecipes(), []);
  const allowed = may("recipes");
  return (
    <main class={css.choice}>
      <h1 class="said">{text("app.teach")}</h1>
      <Banner />
      <section class={`card ${css.list}`} aria-label={text("teach.recipes")}>
        <header>
          <h2>{text("teach.recipes")}</h2>
          <span class="push" />
          {!allowed && <p class="why">{text("teach.may_not")}</p>}
          <button
            type="button"
            class="button primary"
            disabled={!allowed}
            onClick={() => setAsked({ like: null })}
          >
            <Icon name="plus" />
            {text("teach.new_recipe")}
          </button>
        </header>
        {listTrouble.value && (
          <p class="why body" role="alert">
            <Mark name="warn" />
            {listTrouble.value}
          </p>
        )}
        {recipes.value?.length === 0 && <p class="body quiet">{text("teach.no_recipes")}</p>}
        <ul class={css.recipes}>
          {recipes.value?.map((row) => (
            <Row
              key={`${row.job} ${row.folder}`}
              of={row}
              onCopy={() => setAsked({ like: row.job })}
            />
          ))}
        </ul>
      </section>
      {asked && <NewRecipe like={asked.like} onClose={() => setAsked(null)} />}
    </main>
  );
}

function Row({ of, onCopy }: { of: Recipe; onCopy: () => void }) {
  const linked = products.value.filter(({ jobs }) => jobs.includes(of.job)).map(({ id }) => id);
  return (
    <li data-testid={`recipe-${of.job}`}>
      <a href={hashOf("teach", [of.job])}>
        <span class="no">{of.job}</span>
        <span class={css.what}>
          <b class="clip">{of.name}</b>
          <small class="fine">
            {[stateWords(of), linked.join(", ")].filter(Boolean).join(" · ")}
          </small>
          {of.problem && (
            <small class="why">
              <Mark name="warn" />
              {of.problem}
            </small>
          )}
        </span>
        {of.active && <span class="badge plain">{text("teach.active")}</span>}
        {of.draft > 0 && (
          <span class="badge plain">{text("teach.draft_of", { version: of.draft })}</span>
        )}
      </a>
      <IconButton
        icon="copy"
        name={text("teach.copy_one", { name: of.name })}
        act={onCopy}
        off={!may("recipes")}
      />
    </li>
  );
}

function stateWords(of: Recipe): string {
  const count =
    of.steps === 1 ? text("teach.tool_one") : text("teach.tools_many", { count: of.steps });
  switch (of.state) {
    case "in production":
      return `${text("teach.runs", { version: of.version })} · ${count}`;
    case "released":
      return `${text("teach.withdrawn", { version: of.version })} · ${count}`;
    case "draft":
      return `${text("teach.never_released")} · ${count}`;
    default:
      return text("teach.broken");
  }
}
