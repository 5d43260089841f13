/** One calibration that is tried and then kept: what came of it, and what went wrong. */
import { computed, signal } from "@preact/signals";
import type { Calibrated } from "../../core/contract";
import { reasonsOf } from "../../core/told-wrong";
import { calibrationOf, keep, tryOut, type Wanted } from "./calibrate";
import type { WizardProps } from "./wizard";

interface Tried {
  readonly wanted: Wanted;
  readonly found: Calibrated;
  readonly sha256: string; // of the draft that it was tried on
}

export class Trying {
  private readonly tried = signal<Tried | null>(null);
  readonly busy = signal(false);
  readonly problems = signal<readonly string[]>([]);
  readonly kept = signal(false);
  readonly found = computed(() => this.tried.value?.found ?? null);

  /** What was changed makes a result an old one. */
  readonly changed = (): void => {
    this.tried.value = null;
    this.problems.value = [];
    this.kept.value = false;
  };

  /** Unsaved changes go into the draft first: a calibration is tried on what it will be kept in. */
  readonly try = (props: WizardProps, wanted: Wanted): Promise<void> =>
    this.busily(async () => {
      this.kept.value = false;
      if (!(await props.beforeKeeping())) return;
      const { sha256 } = await calibrationOf(props.job);
      this.tried.value = { wanted, found: await tryOut(props.job, wanted), sha256 };
    });

  readonly keep = (props: WizardProps): Promise<void> =>
    this.busily(async () => {
      if (!this.tried.value) return;
      const { wanted, sha256 } = this.tried.value;
      await keep(props.job, wanted, sha256);
      this.kept.value = true;
      await props.onKept();
    });

  private async busily(work: () => Promise<void>): Promise<void> {
    if (this.busy.value) return;
    this.busy.value = true;
    this.problems.value = [];
    try {
      await work();
    } catch (problem) {
      this.problems.value = reasonsOf(problem);
    } finally {
      this.busy.value = false;
    }
  }
}
