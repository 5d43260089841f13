import { httpAddress } from "./address";

const LATEST_MS = 10_000;

/**
 * Asks whether the station lives, where no stream tells: an open socket proves nothing. One question at a time; a page
 * that nobody sees asks nothing.
 */
export class Pulse {
  private asking = false;

  constructor(
    private readonly heard: () => void,
    private readonly ask: () => Promise<unknown> = healthy,
  ) {}

  async take(): Promise<void> {
    if (this.asking || document.hidden) return;
    this.asking = true;
    try {
      await this.ask();
      this.heard();
    } catch {
      // silence is what is told
    }
    this.asking = false;
  }
}

async function healthy(): Promise<void> {
  const signal = AbortSignal.timeout(LATEST_MS);
  const answer = await fetch(httpAddress("healthz"), { cache: "no-store", signal });
  if (!answer.ok) throw new Error(answer.statusText);
}
