import type { Point } from "../../core/calibration";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { NumberField } from "../../parts/number-field";
import css from "./calibration.module.css";

const START = { x: 100, y: 100 }; // of a point that is added by keyboard

/** The points as numbers: exact, and without a mouse. */
export function PointFields(props: {
  points: readonly Point[];
  most: number;
  onChange: (points: readonly Point[]) => void;
}) {
  const { points, onChange } = props;
  return (
    <div class={css.points}>
      {points.map((point, i) => (
        <div class={css.point} key={i}>
          <b>{i + 1}</b>
          <NumberField
            label={text("calib.x", { number: i + 1 })}
            unit="px"
            value={rounded(point.x)}
            onChange={(x) => x !== null && onChange(points.with(i, { ...point, x }))}
          />
          <NumberField
            label={text("calib.y", { number: i + 1 })}
            unit="px"
            value={rounded(point.y)}
            onChange={(y) => y !== null && onChange(points.with(i, { ...point, y }))}
          />
          <button
            type="button"
            class="button icon-only plain"
            aria-label={text("calib.remove_point", { number: i + 1 })}
            onClick={() => onChange(points.toSpliced(i, 1))}
          >
            <Icon name="x" />
          </button>
        </div>
      ))}
      {points.length < props.most && (
        <button type="button" class="button" onClick={() => onChange([...points, START])}>
          <Icon name="plus" />
          {text("calib.add_point")}
        </button>
      )}
    </div>
  );
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}
