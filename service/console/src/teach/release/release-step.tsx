import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { RecipeVersion } from "../../core/contract";
import type { Change } from "../../core/evaluated";
import { text } from "../../core/texts";
import { go } from "../../page";
import { may } from "../../session";
import { dirty, job, reread, save, saved, selected } from "../draft";
import { showKey } from "../images";
import { fetchRecipes } from "../recipes";
import { BeforeAfter } from "./before-after";
import { DifferencesCard } from "./differences-card";
import { forget, recall, result, running } from "./evaluating";
import { Outcome } from "./outcome";
import { ReferencesCard } from "./references-card";
import css from "./release.module.css";
import { ReleaseDialog } from "./release-dialog";
import { Released } from "./released";
import { onTheLine, versionsOf } from "./releasing";
import { TryCard } from "./try-card";
import { VersionsCard } from "./versions-card";

/** Step 4: what would change on the line, and then it does. */
export function ReleaseStep() {
  const number = job.value ?? 0;
  const versions = useSignal<readonly RecipeVersion[] | null>(null);
  const opened = useSignal<Change | null>(null);
  const asking = useSignal(false);
  const done = useSignal(0); // version that was put on the line here
  const look = async () => {
    versions.value = await versionsOf(number).catch(() => versions.value);
  };
  useEffect(() => {
    void look();
    void recall(number);
    return forget;
  }, [number]);

  const line = onTheLine(versions.value ?? []);
  const off = may("recipes") ? "" : text("release.may_not");
  const unchanged = !dirty.value && saved.value?.draft === false;
  const why = off || (unchanged ? text("release.no_draft") : "");
  const keep = async () => !dirty.value || save();
  const ask = async () => {
    if (await keep()) asking.value = true;
  };
  const changed = async () => {
    await Promise.all([look(), fetchRecipes(), reread()]);
  };
  const edit = (change: Change) => {
    opened.value = null;
    if (change.inspection !== null) void showKey(String(change.inspection));
    if (change.steps[0]) selected.value = change.steps[0];
    go("teach", [number], { part: "tools" });
  };

  return (
    <div class={css.release} data-testid="release-step">
      <div class={css.main}>
        <TryCard job={number} released={line !== null} off={why} beforeTrying={keep} />
        <Outcome
          onOpen={(change) => {
            opened.value = change;
          }}
        />
      </div>
      <div class={css.aside}>
        <section class={`card ${css.act}`}>
          <div class="body top">
            {done.value > 0 && <Released job={number} version={done.value} />}
            <button
              type="button"
              class={`button wide ${result.value ? "primary" : ""}`}
              disabled={why !== "" || running.value}
              data-testid="release"
              onClick={() => void ask()}
            >
              {text("release.ask")}
            </button>
            {why && <p class="why">{why}</p>}
          </div>
        </section>
        <DifferencesCard job={number} line={line?.version ?? null} />
        <ReferencesCard job={number} off={off} />
        <VersionsCard job={number} versions={versions.value ?? []} off={off} onChanged={changed} />
      </div>
      {opened.value && (
        <BeforeAfter
          job={number}
          change={opened.value}
          released={line !== null}
          onEdit={() => opened.value && edit(opened.value)}
          onClose={() => {
            opened.value = null;
          }}
        />
      )}
      {asking.value && (
        <ReleaseDialog
          job={number}
          line={line?.version ?? null}
          onDone={async (version) => {
            asking.value = false;
            done.value = version;
            await changed();
          }}
          onClose={() => {
            asking.value = false;
          }}
        />
      )}
    </div>
  );
}
