import type { Signal } from "@preact/signals";

/** A value that the station pushes, and that is asked for besides. */
export interface Pushed<T> {
  push(said: T): void;
  /** Call it when asking; give the answer to what it returns. An event that came meanwhile stays: it may be the newer one. */
  ask(): (answer: T) => void;
}

export function pushed<T>(value: Signal<T>): Pushed<T> {
  let events = 0;
  return {
    push(said) {
      events += 1;
      value.value = said;
    },
    ask() {
      const before = events;
      return (answer) => {
        if (events === before) value.value = answer;
      };
    },
  };
}
