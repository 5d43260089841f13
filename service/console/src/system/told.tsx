import { type ComponentChildren, Fragment } from "preact";
import { text } from "../core/texts";
import { Mark } from "../parts/mark";
import { type Action, may } from "../session";
import css from "./system.module.css";

/** What went wrong, in the station's words; nothing where nothing did. */
export function Trouble({ words }: { words: string }) {
  if (!words) return null;
  return (
    <p class={`why ${css.trouble}`} role="alert">
      <Mark name="warn" />
      {words}
    </p>
  );
}

const WHOSE = {
  operator: "system.for_operators",
  engineer: "system.for_engineers",
  administrator: "system.for_administrators",
} as const;

/** Why this is off for who may not do it; nothing for who may. */
export function NotAllowed({ action, whose }: { action: Action; whose: keyof typeof WHOSE }) {
  if (may(action)) return null;
  return <p class="why">{text(WHOSE[whose])}</p>;
}

/** The blocks of a tab, side by side where there is room. It scrolls, so the keyboard must reach it. */
export function Cards({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    <section class={css.cards} aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

/** A titled block of a tab. */
export function Card(props: {
  title: string;
  children: ComponentChildren;
  act?: ComponentChildren; // beside the title
  wide?: boolean; // over all columns
  testid?: string;
}) {
  return (
    <section class={`card ${props.wide ? css.wide : ""}`} data-testid={props.testid}>
      <header>
        <h2>{props.title}</h2>
        {props.act && <span class="push" />}
        {props.act}
      </header>
      {props.children}
    </section>
  );
}

/** Names and values, a line each. */
export function Facts({ of }: { of: readonly (readonly [string, string])[] }) {
  return (
    <dl class={`facts-list ${css.facts}`}>
      {of.map(([name, value]) => (
        <Fragment key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </Fragment>
      ))}
    </dl>
  );
}
