import { signal } from "@preact/signals";
import { apiAddress } from "../core/api";
import { number } from "../core/format";
import { text } from "../core/texts";
import { Busy } from "../parts/busy";
import { Dialog } from "../parts/dialog";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { may } from "../session";
import css from "./history.module.css";
import { asked, found, reason } from "./state";

const packing = signal(false);
const refused = signal("");

/** What was found, to take elsewhere: as a table, as images, as a report. */
export function TakeAway({ onClose }: { onClose: () => void }) {
  const counted = found.value;
  const total = counted ? number(counted.total) + (counted.more ? "+" : "") : "–";
  const allowed = may("exports");
  return (
    <Dialog title={text("history.take_away")} onClose={onClose}>
      <p>{text("history.take_away_what", { total })}</p>
      <ul class={css.ways}>
        <li>
          <a
            class="button"
            href={apiAddress(`inspections.csv?${asked()}`)}
            download="inspections.csv"
          >
            <Icon name="download" />
            CSV
          </a>
          <span class="fine">{text("history.way_csv")}</span>
        </li>
        <li>
          <a
            class="button"
            href={apiAddress(`inspections.html?${asked()}`)}
            download="inspections.html"
          >
            <Icon name="download" />
            {text("history.report")}
          </a>
          <span class="fine">{text("history.way_report")}</span>
        </li>
        <li>
          <button
            type="button"
            class="button"
            disabled={!allowed || packing.value}
            onClick={() => void pack()}
          >
            <Icon name="download" />
            {text("history.images")}
          </button>
          <span class="fine">
            {text(allowed ? "history.way_images" : "history.may_not_export")}
          </span>
        </li>
      </ul>
      {packing.value && <Busy words={text("history.packing")} />}
      {refused.value && (
        <p class="why" role="alert">
          <Mark name="warn" />
          <span>{text("history.not_packed", { reason: refused.value })}</span>
        </p>
      )}
    </Dialog>
  );
}

/** The archive is made while it is sent; here it is kept until it is whole. */
async function pack(): Promise<void> {
  packing.value = true;
  refused.value = "";
  try {
    const response = await fetch(apiAddress("exports"), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(bodyOf(asked())),
    });
    if (!response.ok) {
      const problem = await response.json().catch(() => ({}));
      throw new Error(problem.detail ?? response.statusText);
    }
    const address = URL.createObjectURL(await response.blob());
    const link = document.createElement("a");
    link.href = address;
    link.download = "inspections.zip";
    link.click();
    setTimeout(() => URL.revokeObjectURL(address), 60_000);
  } catch (error) {
    refused.value = reason(error);
  }
  packing.value = false;
}

const NUMBERS = new Set(["job", "version", "reject_class", "since", "until"]);

/** A query as JSON. */
function bodyOf(query: URLSearchParams): Record<string, unknown> {
  return Object.fromEntries(
    [...query].map(([name, value]) => [
      name,
      NUMBERS.has(name) ? Number(value) : name === "image" ? value === "true" : value,
    ]),
  );
}
