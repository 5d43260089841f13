import { useState } from "preact/hooks";
import { Problem } from "../core/api";
import { type Difference, differences } from "../core/differences";
import { moment } from "../core/format";
import type { RecipeContent } from "../core/recipe";
import { text } from "../core/texts";
import { go } from "../page";
import { Dialog } from "../parts/dialog";
import { Mark } from "../parts/mark";
import { stationNow } from "../station";
import { conflict, draft, keepAsCopy, takeTheirs } from "./draft";
import { fetchRecipes, freeJob } from "./recipes";
import css from "./teach.module.css";

/** Two engineers changed the same draft: both are shown, none is written over. */
export function ConflictDialog() {
  const [later, setLater] = useState(false);
  const [wrong, setWrong] = useState("");
  const other = conflict.value;
  if (!other || !draft.value) return null;
  const { theirs } = other;
  const when = moment(theirs.changed_at_us / 1000, stationNow.value);
  const who = theirs.changed_by || text("teach.somebody");
  const said = text("teach.conflict_who", { who, time: when });
  if (later) {
    return (
      <div class="banner warn" role="alert" data-testid="conflict">
        <Mark name="warn" />
        <div>
          <b>{text("teach.conflict")}</b> {said}
        </div>
        <button type="button" class="button" onClick={() => setLater(false)}>
          {text("teach.conflict_decide")}
        </button>
      </div>
    );
  }
  const copy = async () => {
    try {
      await fetchRecipes();
      const number = freeJob();
      await keepAsCopy(
        number,
        text("teach.copy_of", { name: draft.value?.name ?? "" }).slice(0, 64),
      );
      go("teach", [number], { part: "tools" });
    } catch (error) {
      setWrong(error instanceof Problem ? error.message : text("teach.no_answer"));
    }
  };
  return (
    <Dialog
      wide
      title={text("teach.conflict")}
      onClose={() => setLater(true)}
      footer={
        <>
          <button type="button" class="button plain" onClick={() => setLater(true)}>
            {text("teach.not_yet")}
          </button>
          <button type="button" class="button" onClick={() => void copy()}>
            {text("teach.conflict_copy")}
          </button>
          <button type="button" class="button" onClick={takeTheirs}>
            {text("teach.conflict_take")}
          </button>
        </>
      }
    >
      <p data-testid="conflict">{said}</p>
      <Both ours={draft.value} theirs={theirs.content as unknown as RecipeContent} />
      {wrong && (
        <p class="why" role="alert">
          <Mark name="warn" />
          {wrong}
        </p>
      )}
    </Dialog>
  );
}

function Both({ ours, theirs }: { ours: RecipeContent; theirs: RecipeContent }) {
  const found = differences(theirs, ours);
  return (
    <div class={css.both}>
      <table class="table">
        <thead>
          <tr>
            <th>{text("teach.where")}</th>
            <th>{text("teach.theirs")}</th>
            <th>{text("teach.yours")}</th>
          </tr>
        </thead>
        <tbody>
          {found.map(({ place, before, after }) => (
            <tr key={place.join("/")}>
              <td>{place.map((part) => part.replaceAll("_", " ")).join(" › ")}</td>
              <td>{said(before)}</td>
              <td>{said(after)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function said(value: Difference["before"]): string {
  if (value === undefined || value === null) return "–";
  if (typeof value !== "object") return String(value);
  const name = (value as { name?: unknown }).name;
  return typeof name === "string" ? name : JSON.stringify(value);
}
