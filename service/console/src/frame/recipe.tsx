import { text } from "../core/texts";
import { state } from "../station";
import { Float } from "./float";
import css from "./frame.module.css";

/** The active recipe; a press opens those that could take its place. */
export function RecipeButton() {
  const said = state.value;
  if (!said) return null;
  const words = said.recipe
    ? `${said.job} ${said.recipe} v${said.recipe_version}`
    : text("recipe.none");
  return (
    <button type="button" class={`recipe clip ${css.opens}`} popovertarget="recipes">
      <span class="said">{text("top.recipe")}</span>
      <span class="clip">{words}</span>
    </button>
  );
}

const list = async () => (await import("./recipe-list")).RecipeList;

/** Opened by it. */
export function Recipes() {
  return <Float id="recipes" label={text("recipe.choose")} css={css.left} load={list} />;
}
