import { useRef } from "preact/hooks";
import { number, percent, quantity } from "../../core/format";
import {
  focus,
  histogram,
  type Pixels,
  type Point,
  pixelAt,
  profile,
} from "../../core/measure/pixels";
import { text } from "../../core/texts";
import css from "./probe.module.css";

export function PixelReading(props: { at: Point; pixels: Pixels; point: Point }) {
  const pixel = pixelAt(props.pixels, props.point);
  return (
    <dl class={css.facts}>
      <Fact name={text("probe.position")}>
        {`${number(Math.round(props.at.x))}, ${number(Math.round(props.at.y))}`}
      </Fact>
      <Fact name={text("probe.grey")}>{number(pixel?.grey)}</Fact>
      {pixel?.bgr && <Fact name={text("probe.bgr")}>{pixel.bgr.join(", ")}</Fact>}
    </dl>
  );
}

export function RulerReading(props: {
  from: Point;
  to: Point;
  calibration: { mmPerPx: number; about: boolean } | null;
}) {
  const { from, to, calibration } = props;
  const px = Math.hypot(to.x - from.x, to.y - from.y);
  const angle = (Math.atan2(from.y - to.y, to.x - from.x) * 180) / Math.PI;
  const mm = calibration && quantity(px * calibration.mmPerPx, "mm", 3);
  return (
    <dl class={css.facts}>
      <Fact name={text("probe.length")}>{quantity(px, "px", 1)}</Fact>
      {mm && <Fact name={text("probe.length_mm")}>{calibration.about ? `≈ ${mm}` : mm}</Fact>}
      <Fact name={text("probe.angle")}>{quantity(angle, "deg", 1)}</Fact>
    </dl>
  );
}

export function ProfileReading(props: { pixels: Pixels; from: Point; to: Point }) {
  const greys = profile(props.pixels, props.from, props.to);
  const [low, high] = [Math.min(...greys), Math.max(...greys)];
  const step = 100 / Math.max(1, greys.length - 1);
  const points = greys.map((grey, index) => `${(index * step).toFixed(2)},${255 - grey}`);
  const bounds = { low: number(low), high: number(high) };
  return (
    <>
      <svg
        class={css.chart}
        viewBox="0 0 100 255"
        preserveAspectRatio="none"
        role="img"
        aria-label={text("probe.profile_sentence", bounds)}
      >
        <polyline class="spark" points={points.join(" ")} />
      </svg>
      <p class="fine">{text("probe.profile_sentence", bounds)}</p>
    </>
  );
}

export function HistogramReading({ pixels }: { pixels: Pixels }) {
  const { counts, dark, bright, mean } = histogram(pixels);
  const sharp = focus(pixels);
  const best = useRef(0);
  best.current = Math.max(best.current, sharp);
  const most = Math.max(1, ...counts.slice(1, 255));
  const bars = counts.map((count, grey) => {
    const height = Math.min(100, (100 * count) / most);
    return `M${grey + 0.5} 100V${100 - height}`;
  });
  const marks = { dark: percent(100 * dark), bright: percent(100 * bright) };
  return (
    <>
      <svg
        class={css.chart}
        viewBox="0 0 256 100"
        preserveAspectRatio="none"
        role="img"
        aria-label={text("probe.histogram_sentence", marks)}
      >
        <path class={css.bars} d={bars.join("")} />
        {bright > 0 && <path class={css.clipped} d="M254.5 0V100" />}
        {dark > 0 && <path class={css.clipped} d="M1 0V100" />}
      </svg>
      <dl class={css.facts}>
        <Fact name={text("probe.mean")}>{number(mean, 1)}</Fact>
        <Fact name={text("probe.dark")}>{marks.dark}</Fact>
        <Fact name={text("probe.bright")}>{marks.bright}</Fact>
        <Fact name={text("probe.focus")}>{number(sharp, 1)}</Fact>
        <Fact name={text("probe.focus_best")}>{number(best.current, 1)}</Fact>
      </dl>
    </>
  );
}

function Fact(props: { name: string; children: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd>{props.children}</dd>
    </div>
  );
}
