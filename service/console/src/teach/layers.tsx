import { effect, signal } from "@preact/signals";
import { postBlob } from "../core/api";
import { text } from "../core/texts";
import { draft, job, selectedStep } from "./draft";
import { shownImage } from "./images";
import css from "./teach.module.css";
import { toolOf } from "./tools";
import { fresh } from "./trial";
import { imageSize } from "./view";

interface Layer {
  readonly url: string; // in memory
  readonly matrix: string; // from its px to those of the image, as SVG writes it
  readonly width: number;
  readonly height: number;
}

/** The layer that is laid over the image, by its name; "" = none. */
const wanted = signal("");
const layer = signal<Layer | null>(null);

/** The intermediate images of the selected tool: what it sees, its edges, its difference. */
export function LayerMenu() {
  const step = selectedStep.value;
  const offered = step ? (toolOf(step.tool.type)?.layers ?? []) : [];
  if (!offered.length) return null;
  const known = offered.some(({ name }) => name === wanted.value);
  return (
    <span class={`input ${css.layers}`}>
      <select
        aria-label={text("teach.layer")}
        title={text("teach.layer")}
        value={known ? wanted.value : ""}
        onChange={(event) => (wanted.value = event.currentTarget.value)}
      >
        <option value="">{text("teach.layer_none")}</option>
        {offered.map(({ name, title }) => (
          <option value={name} key={name}>
            {title}
          </option>
        ))}
      </select>
    </span>
  );
}

/** Over the image, where it lies on it. */
export function LayerImage() {
  const now = layer.value;
  if (!now) return null;
  const { width, height } = imageSize.value;
  return (
    <svg
      class={css.layer}
      viewBox={`-0.5 -0.5 ${width} ${height}`}
      preserveAspectRatio="none"
      aria-hidden="true"
      data-testid="layer"
    >
      <image
        href={now.url}
        x={-0.5}
        y={-0.5}
        width={now.width}
        height={now.height}
        transform={now.matrix}
      />
    </svg>
  );
}

/** Fetch the layer anew with each result; returns what ends that. */
export function watchLayer(): () => void {
  const stop = effect(() => {
    const [step, name] = [selectedStep.value, wanted.value];
    const offered = step ? (toolOf(step.tool.type)?.layers ?? []) : [];
    if (!step || !offered.some((one) => one.name === name)) show(null);
    else if (fresh.value) void fetchLayer(step.name, name);
  });
  return () => {
    stop();
    show(null);
    wanted.value = "";
  };
}

async function fetchLayer(step: string, name: string): Promise<void> {
  const [number, recipe, image] = [job.value, draft.value, shownImage.value];
  if (number === null || !recipe || !image) return;
  const asked = { job: number, recipe, image: image.source, step, layer: name, client: "layer" };
  const answer = await postBlob("trials/layer", asked).catch(() => null);
  if (draft.value !== recipe || wanted.value !== name || selectedStep.value?.name !== step) return;
  const bitmap = answer && (await createImageBitmap(answer.blob).catch(() => null));
  if (!answer || !bitmap) {
    show(null);
    return;
  }
  const { width, height } = bitmap;
  bitmap.close();
  show({
    url: URL.createObjectURL(answer.blob),
    matrix: matrixOf(answer.transform),
    width,
    height,
  });
}

/** The station's a b c d e f by rows, SVG's by columns. */
function matrixOf(transform: string): string {
  const [a, b, c, d, e, f] = transform.split(" ").map(Number);
  return transform ? `matrix(${[a, d, b, e, c, f].join(" ")})` : "";
}

function show(next: Layer | null): void {
  const before = layer.peek();
  if (before) URL.revokeObjectURL(before.url);
  layer.value = next;
}
