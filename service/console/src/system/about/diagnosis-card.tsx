import { signal } from "@preact/signals";
import { apiAddress } from "../../core/api";
import { text } from "../../core/texts";
import { Busy } from "../../parts/busy";
import { Icon } from "../../parts/icon";
import { may } from "../../session";
import { stale } from "../../station";
import { reasonOf } from "../asked";
import css from "../system.module.css";
import { Card, NotAllowed, Trouble } from "../told";

const busy = signal(false);
const made = signal<{ href: string; name: string } | null>(null);
const trouble = signal("");

/** What a supporter needs, in one click. */
export function DiagnosisCard() {
  return (
    <Card title={text("about.diagnosis")} wide testid="diagnosis">
      <div class={`body ${css.make}`}>
        <p>{text("about.diagnosis_what")}</p>
        <NotAllowed action="diagnose" whose="engineer" />
        {busy.value ? (
          <Busy words={text("about.diagnosis_busy")} />
        ) : (
          <button
            type="button"
            class="button"
            disabled={stale.value || !may("diagnose")}
            onClick={() => void take()}
          >
            <Icon name="download" />
            {text("about.diagnosis_take")}
          </button>
        )}
        {made.value && !busy.value && (
          <a class="button" href={made.value.href} download={made.value.name}>
            {text("about.diagnosis_save", { name: made.value.name })}
          </a>
        )}
        <Trouble words={trouble.value} />
      </div>
    </Card>
  );
}

async function take(): Promise<void> {
  busy.value = true;
  try {
    const answer = await fetch(apiAddress("diagnosis"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    if (!answer.ok) throw new Error(answer.statusText);
    const named = /filename="([^"]+)"/.exec(answer.headers.get("content-disposition") ?? "");
    save(await answer.blob(), named?.[1] ?? "diagnosis.zip");
    trouble.value = "";
  } catch (error) {
    trouble.value = reasonOf(error);
  }
  busy.value = false;
}

/** A browser may refuse it where the click is long past; the link beside the button stays. */
function save(blob: Blob, name: string): void {
  if (made.value) URL.revokeObjectURL(made.value.href);
  made.value = { href: URL.createObjectURL(blob), name };
  const link = document.createElement("a");
  link.href = made.value.href;
  link.download = name;
  link.click();
}
