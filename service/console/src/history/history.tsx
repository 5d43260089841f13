import { useEffect } from "preact/hooks";
import { text } from "../core/texts";
import { Banner } from "../frame/banner";
import { route } from "../page";
import { useShortcuts } from "../parts/shortcuts/shortcuts";
import { hello } from "../station";
import { Charts } from "./charts";
import { Filters } from "./filters";
import { FoundHeader } from "./found-header";
import { Grid } from "./grid";
import css from "./history.module.css";
import { historyKeys } from "./keys";
import { One } from "./one";
import { filter, read, search, selected } from "./state";
import { showCharts } from "./view";

/** History: what was judged, found again, and what a person says of it. */
export function History() {
  useShortcuts("app.history", historyKeys);
  const known = hello.value !== null; // the station's zone: when its day began
  const asked = route.value.query.toString();
  const number = selected.value;
  useEffect(() => {
    if (known) void search();
  }, [known, asked]);
  useEffect(() => {
    if (number !== null) void read(number);
  }, [number]);
  return (
    <main class={css.history} data-charts={showCharts.value} data-open={number !== null}>
      <h1 class="said">{text("app.history")}</h1>
      <Banner />
      <Filters filter={filter.value} />
      <section class={css.found} aria-label={text("history.found")}>
        <FoundHeader />
        <Grid />
        <Charts />
      </section>
      <One />
    </main>
  );
}
