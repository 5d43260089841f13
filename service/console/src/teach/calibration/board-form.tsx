import { useComputed, useSignal } from "@preact/signals";
import { useMemo } from "preact/hooks";
import { fitOf } from "../../core/calibration";
import { number, quantity } from "../../core/format";
import { text } from "../../core/texts";
import { Icon } from "../../parts/icon";
import { NumberField } from "../../parts/number-field";
import { Lossy } from "../lossy";
import { type Board, boardOf, type Taken } from "./calibrate";
import css from "./calibration.module.css";
import { Finish } from "./finish";
import { ImageSources } from "./image-choice";
import { ImagePoints } from "./image-points";
import { Trying } from "./trying";
import { decimalsOfSize, lengthWords, type WizardProps } from "./wizard";

const EMPTY: Board = {
  kind: "chessboard",
  columns: null,
  rows: null,
  square_mm: null,
  marker_mm: null,
  dictionary: "DICT_4X4_50",
};
const SIZES = ["4X4_50", "4X4_100", "4X4_250", "5X5_100", "5X5_250", "6X6_250", "ARUCO_ORIGINAL"];
const VIEWS_FOR_LENS = 3; // beside the one where the parts lie

/** A board where the parts lie; with three tilted views the lens's distortion is taken out as well. */
export function BoardForm(props: WizardProps) {
  const board = useSignal<Board>(EMPTY);
  const images = useSignal<readonly Taken[]>([]);
  const plane = useSignal(0);
  const trying = useMemo(() => new Trying(), []);
  const wanted = useComputed(() => boardOf(board.value, images.value, plane.value));
  const flat = images.value[plane.value] ?? null;
  const take = (taken: readonly Taken[]) => {
    images.value = [...images.value, ...taken];
    trying.changed();
  };
  const drop = (at: number) => {
    images.value = images.value.toSpliced(at, 1);
    plane.value = Math.max(
      0,
      plane.value - Number(at < plane.value || plane.value >= images.value.length),
    );
    trying.changed();
  };
  return (
    <div class={css.body}>
      <ImagePoints
        address={flat?.address ?? null}
        label={flat?.name ?? ""}
        points={[]}
        most={0}
        corners={trying.found.value?.corners ?? []}
        onAdd={() => undefined}
        onMove={() => undefined}
      />
      <div class={css.side}>
        <p class="quiet">{text("calib.board_how")}</p>
        <BoardFields
          board={board.value}
          onChange={(next) => {
            board.value = next;
            trying.changed();
          }}
        />
        <ImageSources shown={props.image} many onTake={take} />
        <Views
          images={images.value}
          plane={plane.value}
          onPlane={(at) => {
            plane.value = at;
            trying.changed();
          }}
          onDrop={drop}
        />
        <Finish
          wizard={props}
          trying={trying}
          wanted={wanted.value}
          missing={text("calib.board_missing")}
        >
          <BoardFound trying={trying} />
        </Finish>
      </div>
    </div>
  );
}

function BoardFields({ board, onChange }: { board: Board; onChange: (board: Board) => void }) {
  const charuco = board.kind === "charuco";
  const size = charuco ? "calib.squares" : "calib.corners";
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as one line of faces */}
      <div class="segmented" role="group" aria-label={text("calib.board_kind")}>
        {(["chessboard", "charuco"] as const).map((kind) => (
          <button
            type="button"
            key={kind}
            aria-pressed={board.kind === kind}
            onClick={() => onChange({ ...board, kind })}
          >
            {kind === "charuco" ? "ChArUco" : text("calib.chessboard")}
          </button>
        ))}
      </div>
      <div class="fields">
        <NumberField
          label={text("calib.columns")}
          unit={text(size)}
          value={board.columns}
          onChange={(columns) => onChange({ ...board, columns })}
        />
        <NumberField
          label={text("calib.rows")}
          unit={text(size)}
          value={board.rows}
          onChange={(rows) => onChange({ ...board, rows })}
        />
        <NumberField
          label={text("calib.square")}
          unit="mm"
          value={board.square_mm}
          onChange={(square_mm) => onChange({ ...board, square_mm })}
        />
        {charuco && (
          <NumberField
            label={text("calib.marker")}
            unit="mm"
            value={board.marker_mm}
            onChange={(marker_mm) => onChange({ ...board, marker_mm })}
          />
        )}
        {charuco && (
          <div class="field whole">
            <label for="calibration-dictionary">{text("calib.dictionary")}</label>
            <span class="input">
              <select
                id="calibration-dictionary"
                value={board.dictionary}
                onChange={(event) => onChange({ ...board, dictionary: event.currentTarget.value })}
              >
                {SIZES.map((size) => (
                  <option key={size} value={`DICT_${size}`}>
                    {size.replaceAll("_", " ")}
                  </option>
                ))}
              </select>
              <Icon name="down" />
            </span>
          </div>
        )}
      </div>
    </>
  );
}

function Views(props: {
  images: readonly Taken[];
  plane: number;
  onPlane: (at: number) => void;
  onDrop: (at: number) => void;
}) {
  const { images } = props;
  const tilted = Math.max(0, images.length - 1);
  if (images.length === 0) return null;
  return (
    <>
      <ul class={css.views}>
        {images.map((one, i) => (
          <li key={one.address}>
            <button
              type="button"
              class="film"
              aria-pressed={i === props.plane}
              onClick={() => props.onPlane(i)}
            >
              <img src={one.address} alt="" />
              <Lossy is={one.lossy} />
              <span class="cap">{text(i === props.plane ? "calib.plane" : "calib.tilted")}</span>
            </button>
            <button
              type="button"
              class="button icon-only plain"
              aria-label={text("calib.remove_view", { number: i + 1 })}
              onClick={() => props.onDrop(i)}
            >
              <Icon name="x" />
            </button>
          </li>
        ))}
      </ul>
      <p class="fine">
        {tilted < VIEWS_FOR_LENS
          ? text("calib.views_more", { count: VIEWS_FOR_LENS - tilted })
          : text("calib.views_lens", { count: tilted })}
      </p>
    </>
  );
}

function BoardFound({ trying }: { trying: Trying }) {
  const found = trying.found.value;
  if (!found || found.mm_per_px == null || found.residual_mm == null) return null;
  const left = found.residual_mm / found.mm_per_px;
  const size = quantity(found.mm_per_px, "mm", decimalsOfSize(found.mm_per_px));
  const words = { good: "calib.fit_good", fair: "calib.fit_fair", poor: "calib.fit_poor" } as const;
  return (
    <>
      <p class={css.figure}>{text("calib.pixel_middle", { size })}</p>
      <p>
        {text("calib.board_left", {
          mean: lengthWords(found.residual_mm, "mm"),
          largest: lengthWords(found.largest_mm ?? 0, "mm"),
          px: number(left, 2),
        })}
      </p>
      {found.lens_residual_px != null && (
        <p>
          {text("calib.lens_left", {
            px: number(found.lens_residual_px, 2),
            views: found.views ?? 0,
          })}
        </p>
      )}
      <p class={css[fitOf(left)]}>{text(words[fitOf(left)])}</p>
      {found.length && (
        <p class="quiet">
          {text("calib.diagonal_changes", {
            before: lengthWords(found.length.before, found.length.unit_before),
            after: lengthWords(found.length.after, "mm"),
          })}
        </p>
      )}
    </>
  );
}
