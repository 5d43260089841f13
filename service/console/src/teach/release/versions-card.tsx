import { useSignal } from "@preact/signals";
import { apiAddress } from "../../core/api";
import type { RecipeVersion } from "../../core/contract";
import { moment } from "../../core/format";
import { text } from "../../core/texts";
import { reasonsOf } from "../../core/told-wrong";
import { Busy } from "../../parts/busy";
import { Dialog } from "../../parts/dialog";
import { Icon } from "../../parts/icon";
import { Mark } from "../../parts/mark";
import { stationNow } from "../../station";
import css from "./release.module.css";
import { Reason, told } from "./release-dialog";
import { bring, rollBack } from "./releasing";

/** All versions, which one judges, and the way back to an earlier one. */
export function VersionsCard(props: {
  job: number;
  versions: readonly RecipeVersion[];
  off: string;
  onChanged: () => Promise<void>;
}) {
  const back = useSignal<RecipeVersion | null>(null);
  return (
    <section class="card" data-testid="versions">
      <header>
        <h2>{text("release.versions")}</h2>
        <span class="push" />
        <Import {...props} />
      </header>
      <ul class={css.versions}>
        {props.versions
          .filter(({ state }) => state !== "draft")
          .map((version) => (
            <li key={version.version} data-testid={`version-${version.version}`}>
              <span class={css.facts}>
                <b>
                  {`v${version.version}`}
                  {version.state === "in production" && (
                    <span class="badge plain">{text("release.on_line")}</span>
                  )}
                </b>
                <small class="fine">{releaseWords(version)}</small>
                {version.problem && (
                  <small class="why">
                    <Mark name="warn" />
                    {version.problem}
                  </small>
                )}
              </span>
              <a
                class="button icon-only plain"
                href={apiAddress(`recipes/${props.job}/archive?version=${version.version}`)}
                download
                aria-label={text("release.export", { version: version.version })}
                title={text("release.export", { version: version.version })}
              >
                <Icon name="download" />
              </a>
              {version.state !== "in production" && !version.problem && (
                <button
                  type="button"
                  class="button"
                  disabled={props.off !== ""}
                  onClick={() => {
                    back.value = version;
                  }}
                >
                  {text("release.back", { version: version.version })}
                </button>
              )}
            </li>
          ))}
      </ul>
      {props.off && <p class={`why ${css.cardWhy}`}>{props.off}</p>}
      {back.value && (
        <BackDialog
          job={props.job}
          version={back.value.version}
          onDone={async () => {
            back.value = null;
            await props.onChanged();
          }}
          onClose={() => {
            back.value = null;
          }}
        />
      )}
    </section>
  );
}

function releaseWords({ releases }: RecipeVersion): string {
  const last = releases.at(-1);
  if (!last) return "";
  const time = moment(last.at_us / 1000, stationNow.value);
  return [time, last.by, last.reason].filter(Boolean).join(" · ");
}

function BackDialog(props: {
  job: number;
  version: number;
  onDone: () => Promise<void>;
  onClose: () => void;
}) {
  const reason = useSignal("");
  const busy = useSignal(false);
  const forced = useSignal(false);
  const problems = useSignal<readonly string[]>([]);
  const go = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    await told(problems, async () => {
      await rollBack(props.job, props.version, reason.value.trim(), forced.value);
      await props.onDone();
    });
    busy.value = false;
  };
  const empty = reason.value.trim() === "";
  return (
    <Dialog
      title={text("release.back_title", { version: props.version })}
      onClose={props.onClose}
      footer={
        <>
          <button type="button" class="button" onClick={props.onClose}>
            {text("release.not_yet")}
          </button>
          <button
            type="submit"
            form="back-form"
            class="button primary"
            disabled={empty || busy.value}
          >
            {text("release.back", { version: props.version })}
          </button>
        </>
      }
    >
      <form id="back-form" class={css.form} onSubmit={(event) => void go(event)}>
        <p>{text("release.back_words", { version: props.version })}</p>
        <Reason
          value={reason.value}
          onChange={(words) => {
            reason.value = words;
          }}
        />
        {empty && <p class="why">{text("release.why_reason")}</p>}
        {problems.value.map((problem) => (
          <p class="why" role="alert" key={problem}>
            <Mark name="warn" />
            {problem}
          </p>
        ))}
        {problems.value.length > 0 && (
          <label class={css.force}>
            <input
              type="checkbox"
              checked={forced.value}
              onChange={(event) => {
                forced.value = event.currentTarget.checked;
              }}
            />
            {text("release.force")}
          </label>
        )}
        {busy.value && <Busy words={text("release.releasing")} />}
      </form>
    </Dialog>
  );
}

/** An archive of another station. */
function Import(props: { job: number; off: string; onChanged: () => Promise<void> }) {
  const trouble = useSignal("");
  const choose = async (input: HTMLInputElement) => {
    const [file] = input.files ?? [];
    input.value = "";
    if (!file) return;
    trouble.value = "";
    try {
      await bring(props.job, file);
      await props.onChanged();
    } catch (problem) {
      trouble.value = reasonsOf(problem).join(" ");
    }
  };
  return (
    <>
      {trouble.value && (
        <span class="why" role="alert">
          <Mark name="warn" />
          {trouble.value}
        </span>
      )}
      <label class={`button plain ${css.file}`} aria-disabled={props.off !== ""}>
        <Icon name="upload" />
        {text("release.import")}
        <input
          type="file"
          class="said"
          accept=".zip,application/zip"
          disabled={props.off !== ""}
          onChange={(event) => void choose(event.currentTarget)}
        />
      </label>
    </>
  );
}
