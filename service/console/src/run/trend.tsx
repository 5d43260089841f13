import css from "./run.module.css";

/** A small curve of the last values, oldest first; its sentence says what matters in it. */
export function Trend({ values, sentence }: { values: readonly number[]; sentence: string }) {
  if (values.length < 3) return null;
  const low = Math.min(...values);
  const span = Math.max(...values) - low;
  const points = values.map((value, index) => {
    const y = span ? 26 - (24 * (value - low)) / span : 14;
    return `${((100 * index) / (values.length - 1)).toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <dd class={css.trendCell}>
      <svg
        class={css.trend}
        role="img"
        aria-label={sentence}
        viewBox="0 0 100 28"
        preserveAspectRatio="none"
      >
        <polygon class="spark-area" points={`0,28 ${points.join(" ")} 100,28`} />
        <polyline class="spark" points={points.join(" ")} />
      </svg>
    </dd>
  );
}
