import { useSignal } from "@preact/signals";
import { unitWords } from "../../core/format";
import {
  asEnds,
  asTolerance,
  boundsOf,
  type End,
  type Limit,
  withEnd,
  withTolerance,
} from "../../core/limits/limit";
import { text } from "../../core/texts";
import { NumberField } from "../../parts/number-field";
import css from "./limits.module.css";

/** The limit as numbers: low and high, or nominal and tolerance; empty is no limit on that side. */
export function LimitFields(props: {
  limit: Limit;
  unit: string; // as the station sends it
  off: boolean;
  problems: (field: string) => string; // what the station found wrong in a field of the limit
  onChange: (limit: Limit, field: string) => void;
}) {
  const { limit, off, onChange, problems } = props;
  const unit = unitWords(props.unit);
  const round = limit.tolerance != null;
  const bounds = boundsOf(limit);
  const both = bounds.low !== null && bounds.high !== null;
  const end = (name: End, value: number | null) => onChange(withEnd(limit, name, value), name);
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one line of faces */}
      <div class={`segmented ${css.kinds}`} role="group" aria-label={text("limits.kind")}>
        <button
          type="button"
          aria-pressed={!round}
          disabled={off}
          onClick={() => onChange(asEnds(limit), "kind")}
        >
          {text("limits.ends")}
        </button>
        <button
          type="button"
          aria-pressed={round}
          disabled={off || !both}
          onClick={() => onChange(asTolerance(limit), "kind")}
        >
          {text("limits.tolerance_kind")}
        </button>
      </div>
      {!both && !round && <p class="fine">{text("limits.one_sided")}</p>}
      <div class="fields">
        {round ? (
          <>
            <NumberField
              label={text("limits.nominal")}
              unit={unit}
              value={limit.nominal ?? null}
              disabled={off}
              problem={problems("nominal")}
              onChange={(nominal) =>
                nominal !== null &&
                onChange(withTolerance(limit, nominal, limit.tolerance ?? 0), "nominal")
              }
            />
            <NumberField
              label={text("limits.tolerance")}
              unit={unit}
              value={limit.tolerance ?? null}
              disabled={off}
              problem={problems("tolerance")}
              onChange={(tolerance) =>
                tolerance !== null &&
                tolerance >= 0 &&
                onChange(withTolerance(limit, limit.nominal ?? 0, tolerance), "tolerance")
              }
            />
          </>
        ) : (
          (["low", "high"] as const).map((side) => (
            <NumberField
              key={side}
              label={text(side === "low" ? "limits.low" : "limits.high")}
              unit={unit}
              value={bounds[side]}
              disabled={off}
              problem={problems(side)}
              testId={`limit-${side}`}
              onChange={(value) => end(side, value)}
            />
          ))
        )}
      </div>
      <Warning {...props} unit={unit} onEnd={end} />
    </>
  );
}

function Warning(props: {
  limit: Limit;
  unit: string;
  off: boolean;
  problems: (field: string) => string;
  onEnd: (end: End, value: number | null) => void;
}) {
  const { limit, unit, off } = props;
  const open = useSignal(limit.warn_low != null || limit.warn_high != null);
  return (
    <details
      class={css.warn}
      open={open.value}
      onToggle={(event) => {
        open.value = event.currentTarget.open;
      }}
    >
      <summary>{text("limits.warn")}</summary>
      <p class="fine">{text("limits.warn_words")}</p>
      <div class="fields">
        {(["warn_low", "warn_high"] as const).map((end) => (
          <NumberField
            key={end}
            label={text(end === "warn_low" ? "limits.warn_below" : "limits.warn_above")}
            unit={unit}
            value={limit[end] ?? null}
            disabled={off}
            problem={props.problems(end)}
            onChange={(value) => props.onEnd(end, value)}
          />
        ))}
      </div>
    </details>
  );
}
