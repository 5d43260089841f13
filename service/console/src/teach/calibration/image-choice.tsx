import { type Signal, useSignal } from "@preact/signals";
import { apiAddress, upload } from "../../core/api";
import type { LentImage } from "../../core/contract";
import { text } from "../../core/texts";
import { reasonsOf } from "../../core/told-wrong";
import { Icon } from "../../parts/icon";
import { Mark } from "../../parts/mark";
import { type Taken, takeLive } from "./calibrate";
import css from "./calibration.module.css";

/** Where an image comes from: the camera now, a file, or what Teach shows. */
export function ImageSources(props: {
  shown: Taken | null;
  many?: boolean;
  onTake: (taken: readonly Taken[]) => void;
}) {
  const trouble = useSignal("");
  const busy = useSignal(false);
  const fetched = async (work: () => Promise<readonly LentImage[]>) => {
    busy.value = true;
    trouble.value = "";
    try {
      props.onTake((await work()).map(lentTaken));
    } catch (problem) {
      trouble.value = reasonsOf(problem).join(" ");
    } finally {
      busy.value = false;
    }
  };
  const choose = (input: HTMLInputElement) => {
    const files = [...(input.files ?? [])];
    input.value = "";
    if (files.length) void fetched(() => Promise.all(files.map(lend)));
  };
  return (
    <>
      <div class="actions">
        <button
          type="button"
          class="button"
          disabled={busy.value}
          onClick={() => void fetched(async () => [await takeLive()])}
        >
          <Icon name="camera" />
          {text("calib.take")}
        </button>
        <label class={`button ${css.file}`}>
          <Icon name="upload" />
          {text("calib.file")}
          <input
            type="file"
            class="said"
            accept="image/png,image/jpeg,image/bmp,image/tiff"
            multiple={props.many}
            onChange={(event) => choose(event.currentTarget)}
          />
        </label>
        {props.shown && (
          <button
            type="button"
            class="button"
            onClick={() => props.shown && props.onTake([props.shown])}
          >
            {text("calib.shown")}
          </button>
        )}
      </div>
      {trouble.value && (
        <p class="why" role="alert">
          <Mark name="warn" />
          {trouble.value}
        </p>
      )}
    </>
  );
}

/** One image. */
export function ImageChoice(props: {
  image: Signal<Taken | null>;
  shown: Taken | null;
  onChange: () => void;
}) {
  return (
    <ImageSources
      shown={props.shown && props.shown !== props.image.value ? props.shown : null}
      onTake={([taken]) => {
        props.image.value = taken ?? null;
        props.onChange();
      }}
    />
  );
}

function lend(file: File): Promise<LentImage> {
  return upload(`uploads?name=${encodeURIComponent(file.name.slice(0, 200))}`, file);
}

function lentTaken({ id, name, lossy }: LentImage): Taken {
  const source = { upload: id } as Taken["source"];
  return { source, address: apiAddress(`uploads/${id}`), name, lossy };
}
