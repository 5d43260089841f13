import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { apiAddress, get, post, remove } from "../../core/api";
import type { References, ReferencesJudged } from "../../core/contract";
import { text } from "../../core/texts";
import { Busy } from "../../parts/busy";
import { Icon } from "../../parts/icon";
import { Mark, markOf } from "../../parts/mark";
import { dirty, reread, save } from "../draft";
import { type ImageSource, shownImage } from "../images";
import css from "./release.module.css";
import { told } from "./release-dialog";
import { judgeReferences } from "./releasing";

/** Images that the recipe has to judge right before it goes to the line. */
export function ReferencesCard({ job, off }: { job: number; off: string }) {
  const found = useSignal<References | null>(null);
  const judged = useSignal<ReferencesJudged | null>(null);
  const busy = useSignal(false);
  const problems = useSignal<readonly string[]>([]);
  const look = async () => {
    found.value = await get<References>(`recipes/${job}/references`).catch(() => found.value);
  };
  useEffect(() => void look(), [job]);
  const busily = async (work: () => Promise<ReferencesJudged>) => {
    busy.value = true;
    await told(problems, async () => {
      if (dirty.value && !(await save())) return;
      judged.value = await work();
      await look();
    });
    busy.value = false;
  };
  const changing = (work: () => Promise<ReferencesJudged>) =>
    busily(async () => {
      const done = await work();
      await reread();
      return done;
    });
  const items = found.value?.items ?? [];
  const source = shownImage.value?.source;
  return (
    <section class="card" data-testid="references">
      <header>
        <h2>{text("release.references")}</h2>
        <span class="push" />
        <button
          type="button"
          class="button plain"
          disabled={busy.value || items.length === 0 || off !== ""}
          onClick={() => void busily(() => judgeReferences(job))}
        >
          {text("release.judge")}
        </button>
      </header>
      <div class={`body ${css.references}`}>
        <p class="quiet">{text("release.references_how")}</p>
        <ul>
          {items.map((one) => {
            const verdict = judged.value?.items.find(({ name }) => name === one.name);
            return (
              <li key={one.name}>
                <img
                  src={apiAddress(
                    `recipes/${job}/references/${encodeURIComponent(one.name)}/image`,
                  )}
                  alt=""
                  loading="lazy"
                />
                <span class={css.facts}>
                  <b>{one.name}</b>
                  <small class="fine">
                    {verdict?.difference || text("release.has_to_be", { judgement: one.judgement })}
                  </small>
                </span>
                {verdict && (
                  <Mark
                    name={verdict.difference ? "warn" : markOf(verdict.judgement)}
                    label={verdict.judgement}
                  />
                )}
                <button
                  type="button"
                  class="button icon-only plain"
                  disabled={busy.value || off !== ""}
                  aria-label={text("release.remove_reference", { name: one.name })}
                  onClick={() =>
                    void changing(() =>
                      remove(`recipes/${job}/references/${encodeURIComponent(one.name)}`),
                    )
                  }
                >
                  <Icon name="trash" />
                </button>
              </li>
            );
          })}
        </ul>
        {source && canBeKept(source) && (
          <div class="actions">
            {(["PASS", "FAIL"] as const).map((judgement) => (
              <button
                type="button"
                class="button"
                key={judgement}
                disabled={busy.value || off !== ""}
                onClick={() => void changing(() => keep(job, source, judgement))}
              >
                {text("release.add_reference", { judgement })}
              </button>
            ))}
          </div>
        )}
        {busy.value && <Busy words={text("release.judging")} />}
        {problems.value.map((problem) => (
          <p class="why" role="alert" key={problem}>
            <Mark name="warn" />
            {problem}
          </p>
        ))}
      </div>
    </section>
  );
}

/** An image of the teaching set, or a reference, is kept already. */
function canBeKept(source: ImageSource): boolean {
  return "inspection" in source || "upload" in source;
}

function keep(
  job: number,
  image: ImageSource,
  judgement: "PASS" | "FAIL",
): Promise<ReferencesJudged> {
  const of =
    "inspection" in image ? String(image.inspection) : "upload" in image ? image.upload : "";
  const name = `${judgement.toLowerCase()}-${of}`;
  return post(`recipes/${job}/references`, { image, name, judgement });
}
