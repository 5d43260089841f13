import { signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { Pixels, Point } from "../../core/measure/pixels";
import { text } from "../../core/texts";
import { Line } from "./line";
import css from "./probe.module.css";
import { HistogramReading, PixelReading, ProfileReading, RulerReading } from "./readings";
import { inPicture, type ProbeSource, pixelsOf } from "./source";

const TOOLS = ["pixel", "ruler", "profile", "histogram"] as const;
const PERIOD_MS = 250; // of a live picture
type Tool = (typeof TOOLS)[number];
const NAMES = {
  pixel: "probe.pixel",
  ruler: "probe.ruler",
  profile: "probe.profile",
  histogram: "probe.histogram",
} as const;

const tool = signal<Tool>("pixel");
const pixels = signal<Pixels | null>(null);
const from = signal<Point | null>(null); // px of the frame
const to = signal<Point | null>(null);

/** What the pixels say: one, a length, the greys along a line, all of them. */
export function Probe({ source }: { source: ProbeSource }) {
  const chosen = tool.value;
  useEffect(() => watch(source), [source]);
  useEffect(() => {
    from.value = null;
    to.value = null;
  }, [chosen]);
  return (
    <>
      {chosen !== "histogram" && (
        <Line source={source} from={from} to={to} single={chosen === "pixel"} />
      )}
      <section
        class={css.panel}
        aria-label={text("probe.name")}
        data-testid="probe"
        onPointerDown={(event) => event.stopPropagation()} // the well would take the press to pan
      >
        <div class={css.tools} role="toolbar" aria-label={text("probe.tools")}>
          {TOOLS.map((name) => (
            <button
              type="button"
              class="button plain"
              aria-pressed={chosen === name}
              key={name}
              onClick={() => (tool.value = name)}
            >
              <span class="t">{text(NAMES[name])}</span>
            </button>
          ))}
        </div>
        <Reading source={source} />
        <p class="fine" data-testid="probe-truth">
          {text(truthOf(source))}
        </p>
      </section>
    </>
  );
}

function Reading({ source }: { source: ProbeSource }) {
  const seen = pixels.value;
  if (!seen) return <p class="quiet">{text("probe.nothing")}</p>;
  if (tool.value === "histogram") return <HistogramReading pixels={seen} />;
  const end = to.value ?? from.value;
  if (!end)
    return <p class="quiet">{text(tool.value === "pixel" ? "probe.point" : "probe.drag")}</p>;
  const at = (point: Point) => inPicture(point, source.frame(), seen);
  if (tool.value === "pixel") return <PixelReading at={end} pixels={seen} point={at(end)} />;
  const start = from.value ?? end;
  if (tool.value === "ruler") {
    return <RulerReading from={start} to={end} calibration={source.calibration()} />;
  }
  return <ProfileReading pixels={seen} from={at(start)} to={at(end)} />;
}

/** Whether the numbers are the sensor's, or of a picture that lost something on its way. */
function truthOf(source: ProbeSource) {
  const seen = pixels.value;
  if (source.exact()) return "probe.exact";
  return seen && seen.width < source.frame().width ? "probe.smaller" : "probe.jpeg";
}

/** Look at the pixels whenever they are others, not oftener than four times a second. */
function watch(source: ProbeSource): () => void {
  let key: string | number | null = null;
  const look = () => {
    if (source.key() === key && pixels.value) return;
    key = source.key();
    pixels.value = pixelsOf(source);
  };
  look();
  const timer = setInterval(look, PERIOD_MS);
  return () => {
    clearInterval(timer);
    pixels.value = null;
  };
}
