import type { KeptClass, Storage } from "../../core/contract";
import { bytes, number } from "../../core/format";
import { text } from "../../core/texts";
import { stationNow } from "../../station";
import css from "../system.module.css";
import { storage } from "./storage";
import { boundWords, classWords, countBound, oldestWords, sizeBound } from "./words";

/** What is kept, by class, and what holds it. */
export function KeptCard() {
  const said = storage.value;
  if (!said) return null;
  return (
    <section class={`card ${css.wide}`} data-testid="kept">
      <header>
        <h2>{text("kept.title")}</h2>
      </header>
      <div class={css.scroll}>
        <table class="table">
          <thead>
            <tr>
              <th scope="col">{text("kept.class")}</th>
              <th scope="col" class="num">
                {text("kept.count")}
              </th>
              <th scope="col" class="num">
                {text("kept.size")}
              </th>
              <th scope="col" class={`num ${css.opt}`}>
                {text("storage.comes")}
              </th>
              <th scope="col" class={`num ${css.opt}`}>
                {text("kept.exported")}
              </th>
              <th scope="col" class={css.opt}>
                {text("kept.oldest")}
              </th>
              <th scope="col">{text("kept.limits")}</th>
            </tr>
          </thead>
          <tbody>
            {said.images.map((kind) => (
              <ClassRow key={kind.kept_as} kind={kind} />
            ))}
            <ResultsRow results={said.results} />
          </tbody>
        </table>
      </div>
    </section>
  );
}

function ClassRow({ kind }: { kind: KeptClass }) {
  const pinned = kind.kept_as === "pinned";
  return (
    <tr data-testid={`kept-${kind.kept_as}`}>
      <th scope="row">{classWords(kind.kept_as)}</th>
      <td class="num">{number(kind.images)}</td>
      <td class="num">{bytes(kind.bytes)}</td>
      <td class={`num ${css.opt}`}>{pinned ? number(null) : bytes(kind.bytes_per_day)}</td>
      <td class={`num ${css.opt}`}>{number(kind.exported)}</td>
      <td class={`nowrap ${css.opt}`}>{oldestWords(kind.oldest_at_us, stationNow.value)}</td>
      <td>{pinned ? text("kept.never") : boundWords(kind.max_days, sizeBound(kind.max_bytes))}</td>
    </tr>
  );
}

function ResultsRow({ results }: { results: Storage["results"] }) {
  return (
    <tr>
      <th scope="row">{text("kept.results")}</th>
      <td class="num">{number(results.results)}</td>
      <td class="num">{bytes(results.bytes)}</td>
      <td class={`num ${css.opt}`}>{bytes(results.bytes_per_day)}</td>
      <td class={`num ${css.opt}`}>{number(null)}</td>
      <td class={`nowrap ${css.opt}`}>{oldestWords(results.oldest_at_us, stationNow.value)}</td>
      <td>{boundWords(results.max_days, countBound(results.max_results))}</td>
    </tr>
  );
}
