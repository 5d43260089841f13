import { useEffect, useRef } from "preact/hooks";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { watchGestures } from "../picture/gestures";
import { ProbeOver } from "../picture/probe/later";
import { DrawHint } from "./editor/draw-hint";
import { Handles } from "./editor/handles";
import { dropCorner } from "./editor/keys";
import { Navigator } from "./editor/navigator";
import { watchEditing } from "./editor/pointer";
import { knobAt } from "./editor/pull";
import { RegionsLayer } from "./editor/regions-layer";
import { lend, shownImage } from "./images";
import { LayerImage } from "./layers";
import { probed, probeThis } from "./probed";
import { chosen } from "./regions";
import { fileTrouble, shownFile } from "./shown-file";
import { StageTools } from "./stage-tools";
import css from "./teach.module.css";
import { viewport } from "./view";

const asked = async () => probed;

/** The image that is taught, with the regions on it. */
export function Stage() {
  const well = useRef<HTMLDivElement>(null);
  const image = shownImage.value;
  useEffect(() => (well.current ? watchWell(well.current) : undefined), []);
  return (
    <section class={css.stage} aria-label={text("teach.image_name")}>
      <StageTools />
      <div class={`well ${css.well}`} ref={well} data-testid="well">
        <Picture />
        {!shownFile.value && (
          <div class="empty">
            <Icon name="camera" />
            <p>{fileTrouble.value || text(image ? "teach.image_coming" : "teach.image_none")}</p>
          </div>
        )}
        <Navigator />
        {shownFile.value && <ProbeOver load={asked} />}
        <DrawHint />
      </div>
    </section>
  );
}

function Picture() {
  const file = shownFile.value;
  if (!file) return null;
  const { left, top, width, height } = viewport.place.value;
  return (
    <div
      class="picture"
      style={{ left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }}
      data-testid="picture"
    >
      <img src={file.url} alt={shownImage.value?.title ?? ""} draggable={false} ref={probeThis} />
      <LayerImage />
      <RegionsLayer />
      <Handles />
    </div>
  );
}

function watchWell(well: HTMLElement): () => void {
  const stopWindow = viewport.watch(well);
  // Before the gestures: what is held here is not panned there.
  const editing = watchEditing(well);
  const stopGestures = watchGestures(well, viewport, editing.held);
  const listeners = new AbortController();
  const doubled = (event: MouseEvent) => {
    const place = chosen.value;
    const box = well.getBoundingClientRect();
    const { left, top } = viewport.place.value;
    const at = { x: event.clientX - box.left - left, y: event.clientY - box.top - top };
    const knob = place && knobAt(place, at, 11);
    if (knob) dropCorner(knob);
  };
  const on = { signal: listeners.signal };
  well.addEventListener("dblclick", doubled, on);
  well.addEventListener("dragover", (event) => event.preventDefault(), on);
  well.addEventListener("drop", (event) => void dropped(event), on);
  document.addEventListener("paste", (event) => void pasted(event), on);
  return () => {
    listeners.abort();
    stopGestures();
    editing.stop();
    stopWindow();
  };
}

async function dropped(event: DragEvent): Promise<void> {
  event.preventDefault();
  for (const file of event.dataTransfer?.files ?? []) await lend(file);
}

async function pasted(event: ClipboardEvent): Promise<void> {
  for (const file of event.clipboardData?.files ?? []) await lend(file);
}
