import { useEffect } from "preact/hooks";
import { text } from "../core/texts";
import { Banner } from "../frame/banner";
import { useShortcuts } from "../parts/shortcuts/shortcuts";
import { complete } from "../station";
import { Announcer } from "./announcer";
import { Counts } from "./counts";
import { Filmstrip } from "./filmstrip";
import { runKeys } from "./keys";
import { Picture } from "./picture";
import css from "./run.module.css";
import { StepsCard } from "./steps-card";
import { subject } from "./subject";
import { Toolbar } from "./toolbar";
import { TriggerBox } from "./trigger-box";
import { Verdict } from "./verdict";

/** Run: the picture, the judgement, and what it came of. */
export function Run() {
  useShortcuts("app.run", runKeys);
  const part = subject.value;
  useEffect(() => {
    if (part) void complete(part);
  }, [part?.number]);
  return (
    <main class={css.run}>
      <h1 class="said">{text("app.run")}</h1>
      <Banner />
      <section class={css.view} aria-label={text("picture.name")}>
        <Picture />
        <Toolbar />
      </section>
      <Filmstrip />
      <aside class={css.side} aria-label={text("result.name")}>
        <Verdict />
        <Announcer />
        <StepsCard />
        <Counts />
        <TriggerBox />
      </aside>
    </main>
  );
}
