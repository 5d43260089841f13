/** What the station says over REST, Socket.IO and the live stream. Times are UTC; units are in the names. */

export type Judgement = "PASS" | "FAIL" | "ERROR";

/** A step's status, as the PLC reads it. */
export const Status = {
  NOT_RUN: 0,
  PASS: 1,
  FAIL: 2,
  ERROR: 3,
  NOT_FOUND: 4,
  TOO_LOW: 5,
  TOO_HIGH: 6,
} as const;

export interface Hello {
  build: string;
  station: string;
  version: string;
  /** IANA name of the zone that times are shown in. */
  zone: string;
}

export interface StationState {
  state: string; // of OPC 40100-1: Preoperational … ContinuousExecution
  state_text: string;
  online: boolean;
  offline_reason: string; // "" while online
  trigger_ready: boolean;
  job: number;
  recipe: string;
  recipe_version: number;
  plc_clients: number;
  opcua_clients: number;
  simulated: boolean;
  at_us: number;
}

export interface StepRow {
  name: string; // of a step that repeats step[i]
  tool: string;
  instance: number; // i, from 1; 0: the step does not repeat
  judgement: Judgement;
  status: number;
  value: number | null; // null: nothing was measured
  unit: string;
  low: number | null; // null: no limit on this side
  high: number | null;
  message: string;
}

export interface Result {
  number: number;
  judgement: Judgement;
  reason: string;
  job: number;
  recipe: string;
  part_id: string;
  at_us: number;
  cycle_us: number;
  image: boolean;
  steps: StepRow[]; // empty in a page of results
}

export interface Counters {
  total: number;
  pass: number;
  fail: number;
  error: number;
  missed: number;
  triggers: number;
  yield_percent: number | null;
  since_us: number; // 0: never reset
}

/** Newest first. */
export interface ResultPage {
  items: Result[];
  next: number | null;
}

/** What one job brought in one hour. */
export interface Hour {
  hour_us: number; // its beginning
  job: number;
  total: number;
  pass: number;
  fail: number;
  error: number;
}

export interface Alarm {
  number: number;
  severity: string;
  text: string;
  since_us: number;
}

/** One shape to draw; points in pixels of the full frame, pixel centres on integers. */
export interface Overlay {
  step: string;
  tool: string;
  judgement: Judgement;
  points: [number, number][];
  closed: boolean;
  label: string;
  role: string; // region | feature | defect
}

export interface FrameHeader {
  kind: "live" | "inspection" | "heartbeat";
  frame_id: number;
  acquired_ms: number;
  width: number; // of the full frame
  height: number;
  image_width: number; // of the JPEG
  image_height: number;
  inspection_id?: number | null;
  judgement?: Judgement | null;
  overlays: Overlay[];
}
