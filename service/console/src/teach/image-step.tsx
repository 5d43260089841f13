import { useRef } from "preact/hooks";
import { text } from "../core/texts";
import { Busy } from "../parts/busy";
import { Icon } from "../parts/icon";
import { may } from "../session";
import { ImageBin } from "./image-bin";
import { freezeLive, lend, lending, look, PILE_TEXTS, PILES, pile } from "./images";
import { calibrateHref, partHref } from "./parts";
import css from "./teach.module.css";

/** Step 1: the image to teach on. */
export function ImageStep() {
  const off = !may("recipes") || lending.value;
  return (
    <aside class={css.side} aria-label={text("teach.images")}>
      <div class={css.inspector}>
        <section class={css.about}>
          <p class="quiet">{text("teach.image_words")}</p>
          <button
            type="button"
            class="button wide"
            disabled={off}
            onClick={() => void freezeLive()}
          >
            <Icon name="camera" />
            <span class="t">{text("teach.freeze")}</span>
          </button>
          <FileButton disabled={off} />
          <p class="fine">{text("teach.lend_words")}</p>
          {lending.value && <Busy words={text("teach.lending")} />}
          <fieldset class={css.piles} aria-label={text("teach.images")}>
            {PILES.map((one) => (
              <button
                type="button"
                class="button plain"
                key={one}
                aria-pressed={pile.value === one}
                onClick={() => void look(one)}
              >
                {text(PILE_TEXTS[one])}
              </button>
            ))}
          </fieldset>
          <ImageBin />
        </section>
      </div>
      <div class={css.finish}>
        <a class="button" href={calibrateHref()}>
          <span class="t">{text("calib.ask")}</span>
        </a>
        <a class="button primary" href={partHref("tools")}>
          <span class="t">{text("teach.to_tools")}</span>
        </a>
      </div>
    </aside>
  );
}

function FileButton({ disabled }: { disabled: boolean }) {
  const input = useRef<HTMLInputElement>(null);
  const taken = async () => {
    for (const file of input.current?.files ?? []) await lend(file);
    if (input.current) input.current.value = "";
  };
  return (
    <>
      <input
        ref={input}
        type="file"
        class="said"
        tabIndex={-1}
        aria-label={text("teach.lend")}
        accept="image/png,image/jpeg,image/bmp,image/tiff"
        multiple
        disabled={disabled}
        onChange={() => void taken()}
      />
      <button
        type="button"
        class="button wide"
        disabled={disabled}
        onClick={() => input.current?.click()}
      >
        <Icon name="download" />
        <span class="t">{text("teach.lend")}</span>
      </button>
    </>
  );
}
