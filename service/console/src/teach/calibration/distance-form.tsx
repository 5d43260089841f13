import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { apart, type Point, shareOfOnePixel } from "../../core/calibration";
import { number, percent, quantity } from "../../core/format";
import { text } from "../../core/texts";
import { NumberField } from "../../parts/number-field";
import { distanceOf, type Taken } from "./calibrate";
import css from "./calibration.module.css";
import { Finish } from "./finish";
import { ImageChoice } from "./image-choice";
import { ImagePoints } from "./image-points";
import { PointFields } from "./point-fields";
import { Trying } from "./trying";
import { decimalsOfSize, lengthWords, type WizardProps } from "./wizard";

/** Two points a known distance apart. */
export function DistanceForm(props: WizardProps) {
  const image = useSignal<Taken | null>(props.image);
  const points = useSignal<readonly Point[]>([]);
  const mm = useSignal<number | null>(null);
  const trying = useMemo(() => new Trying(), []);
  const wanted = useComputed(() => distanceOf(points.value, mm.value));
  const change = (next: readonly Point[]) => {
    points.value = next;
    trying.changed();
  };
  const moved = (i: number, point: Point) => change(points.value.with(i, point));
  return (
    <div class={css.body}>
      <ImagePoints
        address={image.value?.address ?? null}
        label={image.value?.name ?? ""}
        points={points.value}
        most={2}
        line
        onAdd={(point) => change([...points.value, point])}
        onMove={moved}
      />
      <div class={css.side}>
        <p class="quiet">{text("calib.distance_how")}</p>
        <ImageChoice image={image} shown={props.image} onChange={trying.changed} />
        <PointFields points={points.value} most={2} onChange={change} />
        <NumberField
          label={text("calib.apart")}
          unit="mm"
          value={mm.value}
          onChange={(value) => {
            mm.value = value;
            trying.changed();
          }}
        />
        <Finish
          wizard={props}
          trying={trying}
          wanted={wanted.value}
          missing={text("calib.distance_missing")}
        >
          <DistanceFound trying={trying} points={points.value} />
        </Finish>
      </div>
    </div>
  );
}

function DistanceFound({ trying, points: [p, q] }: { trying: Trying; points: readonly Point[] }) {
  const found = trying.found.value;
  if (!found || found.mm_per_px == null || !p || !q) return null;
  const size = quantity(found.mm_per_px, "mm", decimalsOfSize(found.mm_per_px));
  const before = found.length ? lengthWords(found.length.before, found.length.unit_before) : "";
  const after = found.length ? lengthWords(found.length.after, "mm") : "";
  return (
    <>
      <p class={css.figure}>{text("calib.pixel_is", { size })}</p>
      <p>{text("calib.length_changes", { before, after })}</p>
      <p class="quiet">
        {text("calib.distance_left", {
          px: number(apart(p, q)),
          share: percent(100 * shareOfOnePixel(p, q), 2),
        })}
      </p>
    </>
  );
}
