import { text } from "../core/texts";
import { Mark, markOf } from "../parts/mark";
import { images, shownImage, type TeachImage } from "./images";
import { Lossy } from "./lossy";
import css from "./teach.module.css";

/** The images of a pile, each with its mark. */
export function ImageBin({ most = Number.POSITIVE_INFINITY }: { most?: number }) {
  const all = images.value;
  if (all === null) return null;
  if (all.length === 0) return <p class={`quiet ${css.sentence}`}>{text("teach.pile_empty")}</p>;
  return (
    <ul class={css.bin} data-testid="bin">
      {all.slice(0, most).map((image) => (
        <li key={image.key}>
          <Film of={image} />
        </li>
      ))}
    </ul>
  );
}

function Film({ of }: { of: TeachImage }) {
  const mark = of.judgement ? markOf(of.judgement) : null;
  return (
    <button
      type="button"
      class={`film ${mark ?? ""}`}
      aria-current={shownImage.value?.key === of.key ? "true" : undefined}
      aria-label={[of.title, of.judgement, of.lossy && text("teach.lossy")]
        .filter(Boolean)
        .join(", ")}
      title={of.title}
      onClick={() => (shownImage.value = of)}
    >
      <img src={of.small} alt="" loading="lazy" width="240" height="180" />
      <Lossy is={of.lossy} />
      <span class="cap">
        {mark && <Mark name={mark} />}
        <span class="clip">{mark ? "" : of.title}</span>
      </span>
    </button>
  );
}
