import css from "./frame.module.css";

/** At the foot of what a mark in the top line opens: the page with all of it. */
export function ToPage({ href, words }: { href: string; words: string }) {
  return (
    <a
      class={`button wide ${css.toPage}`}
      href={href}
      onClick={({ currentTarget }) =>
        currentTarget.closest<HTMLElement>("[popover]")?.hidePopover()
      }
    >
      <span class="t">{words}</span>
    </a>
  );
}
