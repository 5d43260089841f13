import type { ComponentChildren } from "preact";
import type { Judgement } from "../core/contract";

/** Marks are states: filled shapes, each told from the others without colour. */
const drawings = {
  pass: (
    <>
      <circle cx="10" cy="10" r="8.6" fill="none" stroke="currentcolor" stroke-width="1.8" />
      <path
        d="M6 10.4l2.8 2.8 5.3-6"
        fill="none"
        stroke="currentcolor"
        stroke-width="2.2"
        stroke-linecap="round"
        stroke-linejoin="round"
      />
    </>
  ),
  fail: (
    <>
      <rect x="1" y="1" width="18" height="18" rx="3" fill="currentcolor" />
      <path
        d="M6 6l8 8M14 6l-8 8"
        fill="none"
        stroke="var(--hole)"
        stroke-width="2.8"
        stroke-linecap="round"
      />
    </>
  ),
  error: (
    <>
      <path
        d="M10 .7L19.3 10 10 19.3.7 10z"
        fill="currentcolor"
        stroke="var(--edge)"
        stroke-width="1.2"
        stroke-linejoin="round"
      />
      <path
        d="M10 5.3v5.5M10 14v.1"
        stroke="var(--hole)"
        stroke-width="2.5"
        stroke-linecap="round"
      />
    </>
  ),
  warn: (
    <>
      <path
        d="M10 1.8L19.2 17.8H.8z"
        fill="currentcolor"
        stroke="var(--edge)"
        stroke-width="1.2"
        stroke-linejoin="round"
      />
      <path
        d="M10 7.2v4.6M10 14.9v.1"
        stroke="var(--hole)"
        stroke-width="2.2"
        stroke-linecap="round"
      />
    </>
  ),
  over: (
    <path
      d="M10 2.8L18.3 17H1.7z"
      fill="none"
      stroke="currentcolor"
      stroke-width="1.8"
      stroke-linejoin="round"
    />
  ),
  stale: (
    <>
      <circle
        cx="10"
        cy="10"
        r="8.4"
        fill="none"
        stroke="currentcolor"
        stroke-width="1.8"
        stroke-dasharray="3.3 2"
      />
      <path
        d="M10 5.5V10l3 2"
        fill="none"
        stroke="currentcolor"
        stroke-width="1.8"
        stroke-linecap="round"
      />
    </>
  ),
  unknown: <path d="M5 10h10" stroke="currentcolor" stroke-width="2.4" stroke-linecap="round" />,
  busy: (
    <path
      d="M10 2.2A7.8 7.8 0 1 1 2.2 10"
      fill="none"
      stroke="currentcolor"
      stroke-width="2.4"
      stroke-linecap="round"
    />
  ),
} satisfies Record<string, ComponentChildren>;

export type MarkName = keyof typeof drawings;

export function markOf(judgement: Judgement): "pass" | "fail" | "error" {
  return judgement === "PASS" ? "pass" : judgement === "FAIL" ? "fail" : "error";
}

/** A mark with a name is read aloud; without one it stands beside its word. */
export function Mark({ name, label }: { name: MarkName; label?: string }) {
  const said = label
    ? ({ role: "img", "aria-label": label } as const)
    : ({ "aria-hidden": "true" } as const);
  return (
    // biome-ignore lint/a11y/noSvgWithoutTitle: named or hidden by `said`
    <svg class={`mark mark-${name}`} viewBox="0 0 20 20" {...said}>
      {drawings[name]}
    </svg>
  );
}
