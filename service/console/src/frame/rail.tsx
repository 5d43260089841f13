import type { Page } from "../core/page";
import { text } from "../core/texts";
import { page } from "../page";
import { Icon } from "../parts/icon";

/** The pages. */
export function Rail() {
  return (
    <nav class="rail" aria-label={text("app.pages")}>
      <PageLink to="run" name={text("app.run")} />
      <PageLink to="system" name={text("app.system")} />
    </nav>
  );
}

function PageLink({ to, name }: { to: Page; name: string }) {
  return (
    <a href={`#/${to}`} aria-current={page.value === to ? "page" : undefined}>
      <Icon name={to} />
      <span>{name}</span>
    </a>
  );
}
