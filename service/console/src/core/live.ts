import { Backoff } from "./backoff";
import type { FrameHeader } from "./contract";
import { parseMessage } from "./message";

export const RECONNECT_AFTER_MS = 10_000;
const CHECK_MS = 500;
const CONNECTING = 0;
const OPEN = 1;

/** The part of a WebSocket that is used here. */
export interface Socket {
  binaryType: string;
  readonly readyState: number;
  onmessage: ((event: MessageEvent<ArrayBuffer>) => void) | null;
  onopen: ((event: Event) => void) | null;
  onclose: ((event: CloseEvent) => void) | null;
  send(text: string): void;
  close(): void;
}

export interface LiveOptions {
  address: () => string;
  /** Draws the frame, or passes over it; the station sends the next one when this is done. */
  onFrame: (header: FrameHeader, jpeg: Uint8Array<ArrayBuffer>) => Promise<void> | void;
  /** Any message, a heartbeat as well: the station lives. */
  onWord: () => void;
  open?: (address: string) => Socket;
  now?: () => number;
  backoff?: Backoff;
}

/**
 * The live stream: one frame in flight, acknowledged after it was drawn.
 *
 * An open socket proves nothing, so ten seconds without a message end it. A hidden page acknowledges nothing and
 * therefore gets no frames; when it is seen again it pays what it owes, or connects anew.
 */
export class LiveLink {
  private socket: Socket | undefined;
  private heardAt = 0;
  private hidden = false;
  private owed: { socket: Socket; frameId: number } | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private readonly check: ReturnType<typeof setInterval>;
  private readonly backoff: Backoff;
  private readonly now: () => number;
  private readonly open: (address: string) => Socket;

  constructor(private readonly options: LiveOptions) {
    this.backoff = options.backoff ?? new Backoff();
    this.now = options.now ?? (() => performance.now());
    this.open = options.open ?? ((address) => new WebSocket(address));
    this.check = setInterval(() => this.endWhenSilent(), CHECK_MS);
    this.connect();
  }

  /** Tell whether the page is seen. */
  setVisible(visible: boolean): void {
    this.hidden = !visible;
    if (!visible) return;
    this.heardAt = this.now();
    if (this.owed) this.acknowledge(this.owed.socket, this.owed.frameId);
    this.owed = undefined;
    if (!this.socket) this.connect();
  }

  /** Connect again, as when the address asks for another width. */
  reconnect(): void {
    this.drop();
    this.connect();
  }

  stop(): void {
    clearInterval(this.check);
    this.drop();
  }

  private connect(): void {
    clearTimeout(this.retry);
    const socket = this.open(this.options.address());
    this.socket = socket;
    this.heardAt = this.now();
    socket.binaryType = "arraybuffer";
    socket.onmessage = (event) => void this.receive(socket, event.data);
    socket.onclose = () => this.lost();
  }

  private async receive(socket: Socket, data: ArrayBuffer): Promise<void> {
    this.heardAt = this.now();
    this.backoff.reset();
    this.options.onWord();
    const { header, jpeg } = parseMessage(data);
    if (header.kind === "heartbeat") return;
    try {
      await this.options.onFrame(header, jpeg);
    } catch (error) {
      // A JPEG that does not decode is acknowledged too, or the picture stands for ever.
      console.warn(`frame ${header.frame_id} was not drawn`, error);
    }
    this.acknowledge(socket, header.frame_id);
  }

  private acknowledge(socket: Socket, frameId: number): void {
    if (this.hidden) this.owed = { socket, frameId };
    else if (socket.readyState === OPEN) socket.send(String(frameId));
  }

  private lost(): void {
    this.drop();
    // A page that nobody sees waits with the next try until it is seen.
    if (!this.hidden) this.retry = setTimeout(() => this.connect(), this.backoff.next());
  }

  private endWhenSilent(): void {
    if (this.socket && !this.hidden && this.now() - this.heardAt > RECONNECT_AFTER_MS) this.lost();
  }

  private drop(): void {
    clearTimeout(this.retry);
    if (!this.socket) return;
    this.socket.onmessage = null;
    this.socket.onclose = null;
    leave(this.socket);
    this.socket = undefined;
    this.owed = undefined;
  }
}

/** One that is only being opened is closed once it is: the browser calls anything else an error. */
function leave(socket: Socket): void {
  if (socket.readyState === CONNECTING) socket.onopen = () => socket.close();
  else socket.close();
}
