import { text } from "../../core/texts";
import { shownImage } from "../images";
import { Lossy } from "../lossy";
import css from "./limits.module.css";
import { show } from "./show";
import type { SeenImage } from "./values";

/** The images whose value lies nearest to a limit: a press shows one. */
export function Nearest({ images }: { images: readonly SeenImage[] }) {
  if (images.length === 0) return null;
  return (
    <section class={css.nearest} aria-labelledby="nearest-title" data-testid="nearest">
      <h3 id="nearest-title">{text("limits.nearest")}</h3>
      <ul>
        {images.map(({ image, label }) => (
          <li key={image.key}>
            <button
              type="button"
              class={`film calm ${label === "bad" ? "fail" : ""}`}
              aria-current={shownImage.value?.key === image.key}
              onClick={() => show(image)}
            >
              <img src={image.small} alt="" loading="lazy" width="320" height="240" />
              <Lossy is={image.lossy} />
              <span class="cap clip">{captionOf(image.title, label)}</span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function captionOf(title: string, label: SeenImage["label"]): string {
  if (label === null) return title;
  return `${text(label === "good" ? "labels.is_good" : "labels.is_bad")} · ${title}`;
}
