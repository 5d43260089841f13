import type { PlcDiagnosis } from "../core/contract";
import { moment, number } from "../core/format";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { Mark } from "../parts/mark";
import { stationNow } from "../station";
import { diagnosis, EVERY_MS, refreshDoctor } from "./doctor";
import css from "./plc.module.css";
import { usePolled } from "./polled";

type Finding = PlcDiagnosis["findings"][number];

/** The doctor's sentences, each with what to do and where it shows. */
export function DoctorCards() {
  usePolled(refreshDoctor, EVERY_MS);
  const said = diagnosis.value;
  if (!said) return null;
  if (said.findings.length === 0) {
    return said.requests > 0 ? <p class={`quiet ${css.well}`}>{text("doctor.well")}</p> : null;
  }
  return (
    <>
      {said.findings.map((finding) => (
        <Sentence key={`${finding.client} ${finding.rule}`} finding={finding} />
      ))}
    </>
  );
}

function Sentence({ finding }: { finding: Finding }) {
  const last = finding.evidence.at(-1);
  return (
    <section
      class={css.sentence}
      aria-label={text("doctor.title")}
      data-testid={`finding-${finding.rule}`}
    >
      <p>
        <Mark name="warn" label={text(`doctor.${finding.severity as "error" | "warning"}`)} />{" "}
        {finding.sentence}
      </p>
      <p class={css.todo}>
        <b>{text("doctor.do")}</b> {finding.remedy} {seenWords(finding)}
      </p>
      {last && (
        <div class="actions">
          <a
            class="button plain"
            href={`#/plc/trace?client=${encodeURIComponent(finding.client)}&at=${last.exchange}`}
          >
            <Icon name="list" />
            {text("doctor.show")}
          </a>
        </div>
      )}
    </section>
  );
}

function seenWords({ times, first_us }: Finding): string {
  if (!first_us) return "";
  const since = moment(first_us / 1000, stationNow.value);
  return text("doctor.seen", { times: number(times), since });
}
