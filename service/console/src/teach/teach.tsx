import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { text } from "../core/texts";
import { Banner } from "../frame/banner";
import { route } from "../page";
import { Icon } from "../parts/icon";
import { useShortcuts } from "../parts/shortcuts/shortcuts";
import { AddTool } from "./add-tool";
import { ConflictDialog } from "./conflict";
import { close, draft, job, open, selected, steps, trouble, watchDraft } from "./draft";
import { teachKeys } from "./editor/keys";
import { ImageBin } from "./image-bin";
import { ImageStep } from "./image-step";
import { begin, forgetImages, showKey } from "./images";

import { Later } from "./later";
import { watchLayer } from "./layers";
import { Notices } from "./notices";
import { calibrating, part, partHref } from "./parts";
import { RecipeList } from "./recipe-list";
import { fetchRecipes } from "./recipes";
import { selectStep } from "./regions";
import { showStep } from "./show-step";
import { watchFile } from "./shown-file";
import { Stage } from "./stage";
import { StepBar } from "./step-bar";
import css from "./teach.module.css";
import { ToolList } from "./tool-list";
import { fetchTools } from "./tools";
import { ToolsStep } from "./tools-step";
import { watchTrial } from "./trial";

const adding = signal(false);

/** Teach: which recipe, then its four steps. `#/teach/12?part=tools&image=48213` */
export function Teach() {
  const number = Number(route.value.path[0]);
  return Number.isInteger(number) && number > 0 ? (
    <Recipe job={number} key={number} />
  ) : (
    <RecipeList />
  );
}

function Recipe(props: { job: number }) {
  useEffect(() => begun(props.job), [props.job]);
  useShortcuts("app.teach", teachKeys);
  const wanted = route.value.query.get("step");
  const known = draft.value !== null;
  useEffect(() => {
    if (!wanted || !known || !steps.value.some(({ name }) => name === wanted)) return;
    selectStep(wanted);
    showStep(wanted);
  }, [wanted, known]);
  const now = part.value;
  const add = () => (adding.value = true);
  return (
    <main class={`${css.teach} ${calibrating.value ? css.whole : (css[now] ?? "")}`}>
      <h1 class="said">{text("teach.title", { name: draft.value?.name ?? String(job.value) })}</h1>
      <div class={css.notices}>
        <Banner />
        <Notices />
        <ConflictDialog />
      </div>
      <StepBar />
      {draft.value && calibrating.value && <Later name="calibration" />}
      {draft.value && !calibrating.value && (
        <>
          {now !== "image" && now !== "release" && <Left onAdd={add} />}
          {now !== "release" && <Stage />}
          {now === "image" && <ImageStep />}
          {now === "tools" && <ToolsStep onAdd={add} />}
          {now === "limits" && <Later name="limits" />}
          {now === "release" && <Later name="release" />}
        </>
      )}
      {!draft.value && !trouble.value && <p class={`empty ${css.coming}`}>{text("app.loading")}</p>}
      {adding.value && <AddTool onClose={() => (adding.value = false)} />}
    </main>
  );
}

function Left({ onAdd }: { onAdd: () => void }) {
  return (
    <section class={css.left} aria-label={text("teach.tools_and_images")}>
      <ToolList onAdd={onAdd} />
      <header class={css.head}>
        <h2>{text("teach.images")}</h2>
        <span class="push" />
        <a
          class="button icon-only plain"
          href={partHref("image")}
          aria-label={text("teach.other_images")}
          title={text("teach.other_images")}
        >
          <Icon name="history" />
        </a>
      </header>
      <ImageBin most={30} />
    </section>
  );
}

/** All that goes on while a recipe is edited; returns what ends it. */
function begun(number: number): () => void {
  const ends = [watchDraft(), watchFile(), watchTrial(), watchLayer()];
  void fetchTools().catch(() => undefined);
  void fetchRecipes();
  void open(number).then(async () => {
    if (job.value !== number) return;
    const [first] = steps.value;
    if (selected.value === null && first) selectStep(first.name);
    const asked = route.value.query.get("image");
    if (!(asked && (await showKey(asked)))) await begin();
  });
  return () => {
    for (const end of ends) end();
    close();
    forgetImages();
    adding.value = false;
  };
}
