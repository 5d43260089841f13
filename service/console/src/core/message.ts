import type { FrameHeader } from "./contract";

export interface LiveMessage {
  header: FrameHeader;
  jpeg: Uint8Array<ArrayBuffer>; // empty in a heartbeat
}

/** A live message: u32 big-endian length of the header, the header as JSON, the JPEG. Throws where it is cut short. */
export function parseMessage(data: ArrayBuffer): LiveMessage {
  const length = new DataView(data).getUint32(0);
  const end = 4 + length;
  if (end > data.byteLength) {
    throw new RangeError(`header of ${length} bytes in a message of ${data.byteLength}`);
  }
  const header: FrameHeader = JSON.parse(new TextDecoder().decode(new Uint8Array(data, 4, length)));
  return {
    header: { ...header, overlays: header.overlays ?? [] },
    jpeg: new Uint8Array(data, end),
  };
}
