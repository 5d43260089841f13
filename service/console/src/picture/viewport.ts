/** How a picture lies in its window: fitted until somebody zooms. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { pan, placed, type Size, type View, wholeView, zoom } from "../core/geometry";

const STEP = 1.4;
const MIDDLE = { x: 0, y: 0 };

export class Viewport {
  readonly window = signal<Size>({ width: 0, height: 0 }); // CSS px
  private readonly chosen = signal<View | null>(null); // null: fitted
  private readonly whole = computed(() => wholeView(this.image.value, this.window.value));

  readonly fitted = computed(() => this.chosen.value === null);
  readonly view = computed(() => {
    const chosen = this.chosen.value;
    return chosen && chosen.scale > this.whole.value.scale ? chosen : this.whole.value;
  });
  /** Where the picture stands in its window, CSS px. */
  readonly place = computed(() => placed(this.view.value, this.image.value, this.window.value));
  /** One image px is one px of the screen. */
  readonly atPixels = computed(
    () => !this.fitted.value && Math.abs(this.view.value.scale * devicePixelRatio - 1) < 1e-6,
  );

  /** `image`: the full frame in px; a picture of fewer px is drawn as large. */
  constructor(private readonly image: ReadonlySignal<Size>) {}

  /** Measure the window and follow its size; returns what ends that. */
  watch(element: HTMLElement): () => void {
    const measure = () => {
      this.window.value = { width: element.clientWidth, height: element.clientHeight };
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
  }

  readonly showAll = (): void => {
    this.chosen.value = null;
  };

  readonly showPixels = (): void => this.zoomTo(1 / devicePixelRatio, MIDDLE);
  readonly zoomIn = (): void => this.zoomBy(STEP);
  readonly zoomOut = (): void => this.zoomBy(1 / STEP);

  /** `at`: what stays in its place, CSS px from the window's middle. */
  zoomBy(factor: number, at = MIDDLE): void {
    this.zoomTo(this.view.value.scale * factor, at);
  }

  /** Move the picture by CSS px. */
  panBy(dx: number, dy: number): void {
    if (this.fitted.value) return;
    this.chosen.value = pan(this.view.value, dx, dy, this.image.value, this.window.value);
  }

  /** Bring a box of the image (px) into view, with room around it, no nearer than `most` CSS px per image px. */
  showBox(box: { left: number; top: number; right: number; bottom: number }, most = 8): void {
    const { width, height } = this.window.value;
    const fit = Math.min(
      (0.5 * width) / Math.max(1, box.right - box.left),
      (0.5 * height) / Math.max(1, box.bottom - box.top),
      most,
    );
    const view = { scale: fit, x: (box.left + box.right) / 2, y: (box.top + box.bottom) / 2 };
    const nearer = fit > this.whole.value.scale;
    this.chosen.value = nearer ? pan(view, 0, 0, this.image.value, this.window.value) : null;
  }

  private zoomTo(scale: number, at: { x: number; y: number }): void {
    const next = zoom(this.view.value, scale, at, this.image.value, this.window.value);
    this.chosen.value = next.scale > this.whole.value.scale ? next : null;
  }
}
