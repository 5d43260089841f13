import { useEffect } from "preact/hooks";
import { text } from "../core/texts";
import { Banner } from "../frame/banner";
import { Mark } from "../parts/mark";
import { KeptCard } from "./kept-card";
import { LeftCard } from "./left-card";
import { LimitsCard } from "./limits-card";
import { PinsCard } from "./pins-card";
import { trouble, watchStorage } from "./storage";
import css from "./system.module.css";

/** System: for how long the disk will do, and what is kept on it. */
export function System() {
  useEffect(watchStorage, []);
  return (
    <main class={css.system}>
      <h1 class="said">{text("app.system")}</h1>
      <Banner />
      <div class={css.cards}>
        {trouble.value && (
          <p class={`why ${css.trouble}`} role="alert">
            <Mark name="warn" />
            {trouble.value}
          </p>
        )}
        <LeftCard />
        <KeptCard />
        <LimitsCard />
        <PinsCard />
      </div>
    </main>
  );
}
