import { text } from "../core/texts";
import { Icon } from "../parts/icon";

/** The pages. */
export function Rail() {
  return (
    <nav class="rail" aria-label={text("app.pages")}>
      <a href="#/run" aria-current="page">
        <Icon name="run" />
        <span>{text("app.run")}</span>
      </a>
    </nav>
  );
}
