import { expect, test } from "vitest";
import { parseMessage } from "./message";

function message(header: object, jpeg: number[] = []): ArrayBuffer {
  const json = new TextEncoder().encode(JSON.stringify(header));
  const bytes = new Uint8Array(4 + json.length + jpeg.length);
  new DataView(bytes.buffer).setUint32(0, json.length);
  bytes.set(json, 4);
  bytes.set(jpeg, 4 + json.length);
  return bytes.buffer;
}

test("header and image come apart", () => {
  const { header, jpeg } = parseMessage(
    message({ kind: "live", frame_id: 7, overlays: [] }, [255, 216]),
  );
  expect(header.frame_id).toBe(7);
  expect([...jpeg]).toEqual([255, 216]);
});

test("a heartbeat has no image and may have no overlays", () => {
  const { header, jpeg } = parseMessage(message({ kind: "heartbeat", frame_id: 7 }));
  expect(jpeg.byteLength).toBe(0);
  expect(header.overlays).toEqual([]);
});

test("text outside ASCII stays whole", () => {
  const { header } = parseMessage(
    message({ kind: "live", frame_id: 1, overlays: [{ step: "Stift Ø" }] }),
  );
  expect(header.overlays[0]?.step).toBe("Stift Ø");
});

test("a message that is cut short says so", () => {
  const whole = message({ kind: "live", frame_id: 1 });
  expect(() => parseMessage(whole.slice(0, whole.byteLength - 1))).toThrow("header of");
});
