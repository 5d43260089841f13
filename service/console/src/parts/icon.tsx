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
  power: <path d="M10 2.8v7M6 5.2a6.6 6.6 0 1 0 8 0" />,
  probe: (
    <>
      <path d="M3 13.5L13.5 3 17 6.5 6.5 17z" />
      <path d="M6 10.5l1.6 1.6M8.5 8l2.2 2.2M11 5.5l1.6 1.6" />
    </>
  ),
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
  check: <path d="M4 10.5l4 4 8-9" />,
  down: <path d="M5 7.5l5 5 5-5" />,
  download: <path d="M10 3v9.5M6 9l4 4 4-4M3.5 16.5h13" />,
  eye: (
    <>
      <path d="M1.8 10c2-3.7 4.8-5.5 8.2-5.5s6.2 1.8 8.2 5.5c-2 3.7-4.8 5.5-8.2 5.5S3.8 13.7 1.8 10z" />
      <circle cx="10" cy="10" r="2.4" />
    </>
  ),
  hand: (
    <path d="M6.5 10.5V5.2a1.2 1.2 0 0 1 2.4 0V9M8.9 9V3.8a1.2 1.2 0 0 1 2.4 0V9M11.3 9V4.8a1.2 1.2 0 0 1 2.4 0v6M13.7 10V7.8a1.1 1.1 0 0 1 2.3 0V12c0 3.5-2 5.5-5 5.5-2.6 0-3.9-1.2-5.2-3.7L4 10.8c.8-1 2-.7 2.5-.3z" />
  ),
  filter: <path d="M3 5h14M6 10h8M8.5 15h3" />,
  help: (
    <>
      <circle cx="10" cy="10" r="7.5" />
      <path d="M7.8 7.8c0-1.3 1-2.2 2.3-2.2s2.2.9 2.2 2c0 1.7-2.3 1.9-2.3 3.7M10 14.2v.1" />
    </>
  ),
  history: (
    <>
      <path d="M3 3.5h6v5H3zM11 3.5h6v5h-6zM3 11h6v5H3z" />
      <circle cx="14" cy="13.6" r="3.6" />
      <path d="M14 11.9v1.8l1.2.8" />
    </>
  ),
  left: <path d="M12.5 4.5L7 10l5.5 5.5" />,
  link: (
    <path d="M8.5 11.5l3-3M7 9L4.8 11.2a2.9 2.9 0 0 0 4.1 4.1L11 13M9 7l2.2-2.2a2.9 2.9 0 0 1 4.1 4.1L13 11" />
  ),
  list: <path d="M7 5h10M7 10h10M7 15h10M3.5 5h.01M3.5 10h.01M3.5 15h.01" />,
  more: <path d="M4.5 10h.01M10 10h.01M15.5 10h.01" stroke-width="2.8" />,
  pin: <path d="M7.5 3h5M8.5 3v5L6 11h8l-2.5-3V3M10 11v6" />,
  plc: (
    <>
      <path d="M1.8 13.5h3.4v-7h4.4v7H14v-7h4.2" />
      <path d="M1.8 17h16.4" stroke-dasharray="1 2.5" />
    </>
  ),
  redo: <path d="M13 4l3.5 3.5L13 11M16 7.5H8a4.3 4.3 0 0 0 0 8.6h4" />,
  right: <path d="M7.5 4.5L13 10l-5.5 5.5" />,
  search: (
    <>
      <circle cx="9" cy="9" r="5.5" />
      <path d="M13 13l4 4" />
    </>
  ),
  spark: <path d="M3 16l4-5 3 2.5L17 5M13 5h4v4" />,
  teach: (
    <>
      <path d="M6 4h8M6 16h8M4 6v8M16 6v8" />
      <path
        d="M2.5 2.5h3v3h-3zM14.5 2.5h3v3h-3zM2.5 14.5h3v3h-3zM14.5 14.5h3v3h-3z"
        fill="currentcolor"
        stroke="none"
      />
      <path d="M10 7.8v4.4M7.8 10h4.4" />
    </>
  ),
  theme: (
    <>
      <circle cx="10" cy="10" r="7" />
      <path d="M10 3a7 7 0 0 1 0 14z" fill="currentcolor" />
    </>
  ),
  trash: <path d="M3.5 6h13M8 6V3.5h4V6M5.3 6l.9 10.5h7.6L14.7 6" />,
  upload: <path d="M10 12.5V3M6 7l4-4 4 4M3.5 16.5h13" />,
  undo: <path d="M7 4L3.5 7.5 7 11M4 7.5h8a4.3 4.3 0 0 1 0 8.6H8" />,
  user: (
    <>
      <circle cx="10" cy="6.8" r="3.2" />
      <path d="M3.8 17c.6-3.5 3-5.2 6.2-5.2s5.6 1.7 6.2 5.2" />
    </>
  ),
  x: <path d="M5 5l10 10M15 5L5 15" />,
  up: <path d="M5 12.5l5-5 5 5" />,
  rectangle: <path d="M3 5h14v10H3z" />,
  circle: <circle cx="10" cy="10" r="6.5" />,
  ring_sector: <path d="M10 2.5a7.5 7.5 0 0 1 7.5 7.5h-4.2A3.3 3.3 0 0 0 10 6.7z" />,
  polygon: <path d="M4 6l7-3 6 6-4 7-9-2z" />,
  line: <path d="M4 16L16 4" />,
  path: <path d="M3 15c3 0 3-9 7-9s3 7 7 5" />,
  brush: (
    <path d="M17 3l-7.5 8.5M8 12.2c1.6 0 2.6 1 2.6 2.4 0 2-1.8 2.9-7.1 2.4 1.4-.6 1.7-1.3 1.9-2.6.2-1.3 1.2-2.2 2.6-2.2z" />
  ),
  mask: (
    <>
      <path d="M3 5h14v10H3z" />
      <path d="M3 11l6-6M6 15L16 5M12 15l5-5" />
    </>
  ),
  copy: <path d="M7 7h9.5v9.5H7zM4 13H3.5V3.5H13V4" />,
} satisfies Record<string, ComponentChildren>;

export type IconName = keyof typeof drawings;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" aria-hidden="true" viewBox="0 0 20 20">
      {drawings[name]}
    </svg>
  );
}
