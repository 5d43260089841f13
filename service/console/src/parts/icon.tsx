import type { ComponentChildren } from "preact";

/** Icons are acts: lines on a grid of 20, stroke 1.6. */
const drawings = {
  fit: <path d="M3 7V3h4M13 3h4v4M17 13v4h-4M7 17H3v-4" />,
  freeze: <path d="M7 4v12M13 4v12" stroke-width="2.2" />,
  full: <path d="M11.5 3H17v5.5M17 3l-6 6M8.5 17H3v-5.5M3 17l6-6" />,
  layers: <path d="M10 3l7.5 4L10 11 2.5 7zM2.5 11L10 15l7.5-4" />,
  lock: <path d="M4.5 9h11v8h-11zM7 9V6.4a3 3 0 0 1 6 0V9" />,
  minus: <path d="M4 10h12" />,
  plus: <path d="M10 4v12M4 10h12" />,
  reset: <path d="M4 10a6 6 0 1 0 1.9-4.4L4 7.4M4 3.5v3.9h3.9" />,
  trigger: <path d="M11 2.2L4.5 11.3h4.7L8.6 17.8l6.9-9.6h-4.8z" />,
  info: (
    <>
      <circle cx="10" cy="10" r="7.5" />
      <path d="M10 9.2v4.6M10 6.2v.1" />
    </>
  ),
  camera: (
    <>
      <path d="M2.5 6.5h3.3L7.3 4h5.4l1.5 2.5h3.3v10h-15z" />
      <circle cx="10" cy="11.3" r="3" />
    </>
  ),
  run: (
    <>
      <path d="M3 7V4.5A1.5 1.5 0 0 1 4.5 3H7M13 3h2.5A1.5 1.5 0 0 1 17 4.5V7M17 13v2.5a1.5 1.5 0 0 1-1.5 1.5H13M7 17H4.5A1.5 1.5 0 0 1 3 15.5V13" />
      <path d="M8.3 7v6l4.8-3z" fill="currentcolor" />
    </>
  ),
  system: (
    <>
      <path d="M3 6h7.5M15.5 6H17M3 14h1.5M9.5 14H17" />
      <circle cx="13" cy="6" r="2.3" />
      <circle cx="7" cy="14" r="2.3" />
    </>
  ),
} satisfies Record<string, ComponentChildren>;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true" viewBox="0 0 20 20">
      {drawings[name]}
    </svg>
  );
}
