import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { get } from "../../core/api";
import type { RecipeContent as Released } from "../../core/contract";
import { type Difference, differences } from "../../core/difference";
import { decimalsOf, number } from "../../core/format";
import { text } from "../../core/texts";
import { draft } from "../draft";
import css from "./release.module.css";

/** What the draft changes of the version on the line, unsaved edits too. */
export function DifferencesCard({ job, line }: { job: number; line: number | null }) {
  const released = useSignal<Released["content"] | null>(null);
  useEffect(() => {
    released.value = null;
    if (line === null) return;
    get<Released>(`recipes/${job}/versions/${line}`).then(
      ({ content }) => {
        released.value = content;
      },
      () => undefined, // withdrawn meanwhile: there is nothing to compare with
    );
  }, [job, line]);
  const [before, after] = [released.value, draft.value];
  const found = useMemo(
    () => (before && after ? differences(before, after) : null),
    [before, after],
  );
  if (line === null || !found) return null;
  return (
    <section class="card" data-testid="differences">
      <header>
        <h2>{text("release.differs", { version: line })}</h2>
        <span class="push" />
        <span class="badge plain">{number(found.length)}</span>
      </header>
      {found.length === 0 ? (
        <p class="body quiet">{text("release.nothing_differs")}</p>
      ) : (
        <div class={css.scroll}>
          <table class="table">
            <thead>
              <tr>
                <th scope="col">{text("release.step")}</th>
                <th scope="col">{text("release.field")}</th>
                <th scope="col">{text("release.before")}</th>
                <th scope="col">{text("release.after")}</th>
              </tr>
            </thead>
            <tbody>
              {found.map((one) => (
                <Row one={one} key={`${one.step} ${one.field.join("/")}`} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ one }: { one: Difference }) {
  const whole = one.field.length === 0;
  return (
    <tr>
      <th scope="row">{one.step ?? text("release.recipe")}</th>
      <td>{whole ? text("release.whole_step") : one.field.map(fieldWords).join(" · ")}</td>
      <td class={css.was}>{whole ? there(one.before) : valueWords(one.before)}</td>
      <td class="strong">{whole ? there(one.after) : valueWords(one.after)}</td>
    </tr>
  );
}

function fieldWords(field: string): string {
  return field === "enabled" ? text("release.enabled") : field.replaceAll("_", " ");
}

function there(value: unknown): string {
  return text(value === undefined ? "release.not_there" : "release.there");
}

function valueWords(value: unknown): string {
  if (value === undefined || value === null) return "–";
  if (typeof value === "number")
    return number(value, Number.isInteger(value) ? 0 : Math.max(3, decimalsOf(value)));
  if (typeof value === "boolean") return text(value ? "form.on" : "form.off");
  if (typeof value === "string") return value;
  if (Array.isArray(value)) return text("release.entries", { count: number(value.length) });
  return "…";
}
