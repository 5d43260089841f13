import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { Backoff } from "./backoff";
import type { FrameHeader } from "./contract";
import { LiveLink, type Socket } from "./live";

/** Both ends of a WebSocket: the link's on the inside, the station's in the methods. */
class Wire implements Socket {
  binaryType = "blob";
  readyState = 1;
  onmessage: ((event: MessageEvent<ArrayBuffer>) => void) | null = null;
  onopen: ((event: Event) => void) | null = null;
  onclose: ((event: CloseEvent) => void) | null = null;
  readonly sent: string[] = [];

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = 3;
  }

  async arrives(kind: FrameHeader["kind"], frameId: number): Promise<void> {
    const json = new TextEncoder().encode(JSON.stringify({ kind, frame_id: frameId }));
    const bytes = new Uint8Array(4 + json.length);
    new DataView(bytes.buffer).setUint32(0, json.length);
    bytes.set(json, 4);
    this.onmessage?.(new MessageEvent("message", { data: bytes.buffer }));
    await vi.advanceTimersByTimeAsync(0);
  }

  breaks(): void {
    this.readyState = 3;
    this.onclose?.(new Event("close") as CloseEvent);
  }
}

let wires: Wire[];
let drawn: number[];
let draws: (header: FrameHeader) => Promise<void> | void;
let link: LiveLink;

function last(): Wire {
  const wire = wires.at(-1);
  if (!wire) throw new Error("nothing was opened");
  return wire;
}

beforeEach(() => {
  vi.useFakeTimers();
  wires = [];
  drawn = [];
  draws = (header) => void drawn.push(header.frame_id);
  link = new LiveLink({
    address: () => "ws://station/api/v1/live",
    onFrame: (header) => draws(header),
    onWord: () => undefined,
    open: () => {
      const wire = new Wire();
      wires.push(wire);
      return wire;
    },
    now: () => Date.now(),
    backoff: new Backoff(250, 5000, () => 1),
  });
});

afterEach(() => {
  link.stop();
  vi.useRealTimers();
});

describe("acknowledgement", () => {
  test("comes after drawing, not before", async () => {
    let finish: () => void = () => undefined;
    draws = () => new Promise<void>((resolve) => (finish = resolve));
    await last().arrives("live", 3);
    expect(last().sent).toEqual([]);
    finish();
    await vi.advanceTimersByTimeAsync(0);
    expect(last().sent).toEqual(["3"]);
  });

  test("a frame that cannot be drawn is acknowledged too", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    draws = () => Promise.reject(new Error("no JPEG"));
    await last().arrives("live", 4);
    expect(last().sent).toEqual(["4"]);
    expect(warn).toHaveBeenCalledOnce();
    warn.mockRestore();
  });

  test("a heartbeat is neither drawn nor acknowledged", async () => {
    await last().arrives("heartbeat", 4);
    expect(drawn).toEqual([]);
    expect(last().sent).toEqual([]);
  });

  test("nothing is sent into a socket that closed while drawing", async () => {
    draws = () => {
      last().readyState = 2;
    };
    await last().arrives("live", 5);
    expect(last().sent).toEqual([]);
  });
});

describe("a hidden page", () => {
  test("acknowledges nothing until it is seen again", async () => {
    link.setVisible(false);
    await last().arrives("live", 6);
    expect(last().sent).toEqual([]);
    link.setVisible(true);
    expect(last().sent).toEqual(["6"]);
  });

  test("that the station let go connects when it is seen, not before", async () => {
    link.setVisible(false);
    last().breaks();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(wires).toHaveLength(1);
    link.setVisible(true);
    expect(wires).toHaveLength(2);
  });
});

describe("a lost station", () => {
  test("is tried again after 250 ms, then after twice that", async () => {
    last().breaks();
    await vi.advanceTimersByTimeAsync(249);
    expect(wires).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(wires).toHaveLength(2);
    last().breaks();
    await vi.advanceTimersByTimeAsync(499);
    expect(wires).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(wires).toHaveLength(3);
  });

  test("that hangs with its socket open is left after ten seconds", async () => {
    await last().arrives("heartbeat", 1);
    await vi.advanceTimersByTimeAsync(10_000);
    expect(wires).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1_000);
    expect(wires).toHaveLength(2);
    expect(wires[0]?.readyState).toBe(3);
  });

  test("that keeps sending heartbeats is not left", async () => {
    for (let second = 0; second < 30; second += 1) {
      await last().arrives("heartbeat", 1);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(wires).toHaveLength(1);
  });

  test("a socket that is only being opened is closed once it is", () => {
    const wire = last();
    wire.readyState = 0;
    link.stop();
    expect(wire.readyState).toBe(0);
    wire.onopen?.(new Event("open"));
    expect(wire.readyState).toBe(3);
  });
});
