import { PAGES } from "../core/page";
import { text } from "../core/texts";
import { page } from "../page";
import { Icon } from "../parts/icon";

/** The pages. */
export function Rail() {
  return (
    <nav class="rail" aria-label={text("app.pages")}>
      {PAGES.map((to) => (
        <a href={`#/${to}`} key={to} aria-current={page.value === to ? "page" : undefined}>
          <Icon name={to} />
          <span>{text(`app.${to}`)}</span>
        </a>
      ))}
    </nav>
  );
}
