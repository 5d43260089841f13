import { withoutCorner } from "../core/regions/handles";
import type { Region, Spot } from "../core/regions/region";
import { text } from "../core/texts";
import { Icon } from "../parts/icon";
import { NumberField } from "./number-field";
import { type Placed, reshape } from "./regions";
import css from "./teach.module.css";

interface Entry {
  readonly name: string;
  readonly label: string;
  readonly low?: number;
  readonly high?: number;
  readonly unit?: string;
}

const POINT: readonly Entry[] = [
  { name: "x", label: "x" },
  { name: "y", label: "y" },
];
const LENGTH = { low: 1, high: 65535 };
const RADIUS = { low: 0, high: 65535 };

/** The figures of each kind, in px and degrees, by their names in the recipe. */
const ENTRIES: Readonly<Record<Region["kind"], () => readonly Entry[]>> = {
  rectangle: () => [
    ...POINT,
    { name: "width", label: text("teach.width_short"), ...LENGTH },
    { name: "height", label: text("teach.height_short"), ...LENGTH },
    { name: "angle_deg", label: text("teach.angle"), low: -360, high: 360, unit: "°" },
  ],
  circle: () => [...POINT, { name: "radius", label: text("teach.radius"), ...LENGTH }],
  ring_sector: () => [
    ...POINT,
    { name: "inner", label: text("teach.inner"), ...RADIUS },
    { name: "outer", label: text("teach.outer"), ...LENGTH },
    { name: "start_deg", label: text("teach.start"), low: -360, high: 360, unit: "°" },
    { name: "sweep_deg", label: text("teach.sweep"), low: 0.1, high: 360, unit: "°" },
  ],
  line: () => [
    { name: "x1", label: "x1" },
    { name: "y1", label: "y1" },
    { name: "x2", label: "x2" },
    { name: "y2", label: "y2" },
    { name: "width", label: text("teach.width"), ...LENGTH },
  ],
  polygon: () => [],
  path: () => [{ name: "width", label: text("teach.width"), ...LENGTH }],
};

/** The chosen region in numbers. */
export function RegionFields({ of, disabled }: { of: Placed; disabled: boolean }) {
  const { region } = of;
  const values = region as unknown as Readonly<Record<string, number>>;
  const set = (name: string, value: number) =>
    reshape((before) => sound(before, { ...before, [name]: value } as Region), {
      join: `field ${name}`,
    });
  return (
    <>
      <div class={`fields ${css.figures}`} data-testid="region-fields">
        {ENTRIES[region.kind]().map(({ name, label, low = -32768, high = 32767, unit = "" }) => (
          <NumberField
            key={`${of.part} ${of.index} ${name}`}
            label={label}
            value={values[name] ?? 0}
            low={low}
            high={high}
            unit={unit}
            disabled={disabled}
            onChange={(value) => set(name, value)}
          />
        ))}
      </div>
      {region.kind === "path" && (
        <div class={css.switches}>
          {(["closed", "smooth"] as const).map((name) => (
            <button
              type="button"
              class="switch"
              role="switch"
              key={name}
              aria-checked={region[name]}
              disabled={disabled || (name === "closed" && region.points.length < 3)}
              onClick={() => reshape((before) => ({ ...before, [name]: !region[name] }) as Region)}
            >
              <i />
              {text(name === "closed" ? "teach.closed" : "teach.smooth")}
            </button>
          ))}
        </div>
      )}
      {"points" in region && <Corners of={of} points={region.points} disabled={disabled} />}
    </>
  );
}

function Corners(props: { of: Placed; points: readonly Spot[]; disabled: boolean }) {
  const { of, points, disabled } = props;
  const set = (i: number, spot: Spot) =>
    reshape(
      (before) =>
        "points" in before ? { ...before, points: before.points.with(i, spot) } : before,
      { join: `corner ${i}` },
    );
  const least = of.region.kind === "path" && !of.region.closed ? 2 : 3;
  return (
    <ol class={css.corners}>
      {points.map(([x, y], i) => (
        <li key={i}>
          <NumberField
            label={`x${i + 1}`}
            value={x}
            disabled={disabled}
            onChange={(value) => set(i, [value, y])}
          />
          <NumberField
            label={`y${i + 1}`}
            value={y}
            disabled={disabled}
            onChange={(value) => set(i, [x, value])}
          />
          <button
            type="button"
            class="button icon-only plain"
            aria-label={text("teach.drop_corner", { number: i + 1 })}
            disabled={disabled || points.length <= least}
            onClick={() => reshape((before) => withoutCorner(before, `c${i}`))}
          >
            <Icon name="x" />
          </button>
        </li>
      ))}
    </ol>
  );
}

/** As it was where the change would turn it inside out. */
function sound(before: Region, after: Region): Region {
  if (after.kind === "ring_sector" && after.inner >= after.outer) return before;
  if (after.kind === "line" && after.x1 === after.x2 && after.y1 === after.y2) return before;
  return after;
}
