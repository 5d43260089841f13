import { io } from "socket.io-client";
import { pathOf } from "./address";
import type { Alarm, Counters, Hello, Result, StationState } from "./contract";
import { type ToldResult, whole } from "./told";

/** What the station sends by itself; each name is an event on the wire. */
export interface StationEvents {
  hello(hello: Hello): void;
  state(state: StationState): void;
  result(result: Result): void;
  counters(counters: Counters): void;
  alarms(alarms: Alarm[]): void;
}

export interface LinkEvents {
  connected(): void;
  lost(): void;
}

/** Listen to the station until the returned function is called. Connects again by itself: 250 ms doubling to 5 s. */
export function listen(on: StationEvents & LinkEvents): () => void {
  const socket = io({
    path: pathOf("socket.io/"),
    transports: ["websocket"],
    reconnectionDelay: 250,
    reconnectionDelayMax: 5000,
  });
  socket.on("connect", on.connected);
  socket.on("disconnect", on.lost);
  socket.on("connect_error", on.lost);
  socket.on("hello", on.hello);
  socket.on("state", on.state);
  socket.on("result", (told: ToldResult) => on.result(whole(told)));
  socket.on("counters", on.counters);
  socket.on("alarms", on.alarms);
  return () => void socket.close();
}
