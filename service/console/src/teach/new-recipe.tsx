import { useState } from "preact/hooks";
import { Problem } from "../core/api";
import { text } from "../core/texts";
import { Dialog } from "../parts/dialog";
import { Mark } from "../parts/mark";
import { beginRecipe, freeJob, recipes } from "./recipes";

/** A new recipe, empty or as a copy of another one. */
export function NewRecipe({ like, onClose }: { like: number | null; onClose: () => void }) {
  const source = recipes.value?.find((one) => one.job === like);
  const [job, setJob] = useState(String(freeJob()));
  const [name, setName] = useState(source ? text("teach.copy_of", { name: source.name }) : "");
  const [wrong, setWrong] = useState("");
  const taken = recipes.value?.find((one) => String(one.job) === job.trim());
  const begin = async (event: Event) => {
    event.preventDefault();
    try {
      await beginRecipe(Number(job), name.trim(), like);
      onClose();
    } catch (error) {
      setWrong(error instanceof Problem ? error.message : text("teach.no_answer"));
    }
  };
  return (
    <Dialog
      title={source ? text("teach.copy_one", { name: source.name }) : text("teach.new_recipe")}
      onClose={onClose}
      footer={
        <>
          <button type="button" class="button plain" onClick={onClose}>
            {text("teach.not_yet")}
          </button>
          <button
            type="submit"
            class="button primary"
            form="new-recipe"
            disabled={taken !== undefined}
          >
            {text("teach.begin_recipe")}
          </button>
        </>
      }
    >
      <form id="new-recipe" class="form" onSubmit={(event) => void begin(event)}>
        <div class="field">
          <label for="new-name">{text("teach.recipe_name")}</label>
          <div class="input">
            <input
              id="new-name"
              required
              maxLength={64}
              value={name}
              autocomplete="off"
              autofocus
              onInput={(event) => setName(event.currentTarget.value)}
            />
          </div>
        </div>
        <div class={`field ${taken ? "wrong" : ""}`}>
          <label for="new-job">
            {text("teach.job")}
            <span class="bounds">1 … 65535</span>
          </label>
          <div class="input">
            <input
              id="new-job"
              required
              inputMode="numeric"
              pattern="[1-9][0-9]{0,4}"
              value={job}
              aria-describedby="new-job-hint"
              autocomplete="off"
              onInput={(event) => setJob(event.currentTarget.value)}
            />
          </div>
          <p class="hint" id="new-job-hint">
            {taken ? (
              <>
                <Mark name="warn" />
                {text("teach.job_taken", { job, name: taken.name })}
              </>
            ) : (
              text("teach.job_help")
            )}
          </p>
        </div>
        {wrong && (
          <p class="why" role="alert">
            <Mark name="warn" />
            {wrong}
          </p>
        )}
      </form>
    </Dialog>
  );
}
