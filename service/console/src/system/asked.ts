/** An answer of the station that a tab shows: asked for while somebody looks, kept when a later question fails. */
import { signal } from "@preact/signals";
import { get } from "../core/api";

export class Asked<T> {
  readonly value = signal<T | null>(null);
  readonly trouble = signal(""); // why the last question came to nothing, in the station's words

  /** `path`: a function where it is not known yet, as while no language is. */
  constructor(private readonly path: string | (() => string)) {}

  readonly refresh = async (): Promise<void> => {
    const { path } = this;
    await this.take(() => get<T>(typeof path === "string" ? path : path()));
  };

  /** Show what a change has answered; whether it was done. */
  async take(ask: () => Promise<T>): Promise<boolean> {
    try {
      this.value.value = await ask();
      this.trouble.value = "";
      return true;
    } catch (error) {
      this.trouble.value = reasonOf(error);
      return false;
    }
  }

  /** Ask now, and again each `everyMs` where it is given, until the returned function is called. */
  watch(everyMs = 0): () => void {
    void this.refresh();
    const timer = everyMs > 0 ? setInterval(() => void this.refresh(), everyMs) : undefined;
    return () => clearInterval(timer);
  }
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
