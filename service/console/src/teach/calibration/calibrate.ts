/** What the wizard asks of the station: try a calibration, keep it, look whether the camera has moved. */
import { get, post } from "../../core/api";
import type { Point } from "../../core/calibration";
import type {
  Calibrated,
  Calibration,
  CameraChecked,
  ImageSource,
  LentImage,
} from "../../core/contract";

export type Kind = "distance" | "board" | "machine" | "gauge" | "check";
export const KINDS: readonly Kind[] = ["distance", "board", "machine", "gauge", "check"];

export interface Board {
  readonly kind: "chessboard" | "charuco";
  readonly columns: number | null;
  readonly rows: number | null;
  readonly square_mm: number | null;
  readonly marker_mm: number | null;
  readonly dictionary: string;
}

export interface MachinePoint extends Point {
  readonly machineX: number | null;
  readonly machineY: number | null;
}

export interface GaugePair {
  readonly shown: number | null;
  readonly image: Taken | null;
  readonly true: number | null;
}

/** An image that was chosen for the calibration. */
export interface Taken {
  readonly source: ImageSource;
  readonly address: string;
  readonly name: string;
  readonly lossy: boolean;
}

/** One of the four kinds, as the station takes it. */
export type Wanted = Partial<Record<Exclude<Kind, "check">, object>>;

export function calibrationOf(job: number): Promise<Calibration> {
  return get(`recipes/${job}/calibration`);
}

export function tryOut(job: number, wanted: Wanted): Promise<Calibrated> {
  return post(`recipes/${job}/calibration`, { ...wanted, save: false });
}

/** Into the draft as it was when it was tried (`sha256`): one of somebody else is not written over. */
export function keep(job: number, wanted: Wanted, sha256: string): Promise<Calibrated> {
  return post(`recipes/${job}/calibration`, { ...wanted, save: true, sha256 });
}

export function checkCamera(job: number, image: ImageSource): Promise<CameraChecked> {
  return post(`recipes/${job}/calibration/check`, { image });
}

export function takeLive(): Promise<LentImage> {
  return post("uploads/live");
}

export function distanceOf([p, q]: readonly Point[], mm: number | null): Wanted | null {
  if (!p || !q || mm === null || mm <= 0) return null;
  return { distance: { x1_px: p.x, y1_px: p.y, x2_px: q.x, y2_px: q.y, mm } };
}

export function boardOf(board: Board, images: readonly Taken[], plane: number): Wanted | null {
  const { columns, rows, square_mm, marker_mm } = board;
  const flat = images[plane];
  if (!flat || columns === null || rows === null || square_mm === null) return null;
  if (board.kind === "charuco" && marker_mm === null) return null;
  const views = images.filter((one) => one !== flat).map(({ source }) => source);
  return { board: { ...board, marker_mm: marker_mm ?? 0, plane: flat.source, views } };
}

export function machineOf(step: string, points: readonly MachinePoint[]): Wanted | null {
  if (!step || points.length < 3) return null;
  if (points.some(({ machineX, machineY }) => machineX === null || machineY === null)) return null;
  const pairs = points.map(({ x, y, machineX, machineY }) => ({
    x_px: x,
    y_px: y,
    x: machineX,
    y: machineY,
  }));
  return { machine: { step, pairs } };
}

export function gaugeOf(step: string, measure: string, pairs: readonly GaugePair[]): Wanted | null {
  const whole = pairs.filter((one) => one.true !== null && (one.shown !== null || one.image));
  if (!step || !measure || whole.length === 0) return null;
  const said = whole.map((one) =>
    one.image ? { image: one.image.source, true: one.true } : { shown: one.shown, true: one.true },
  );
  return { gauge: { step, measure, pairs: said } };
}
