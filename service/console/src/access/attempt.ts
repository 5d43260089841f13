import { useState } from "preact/hooks";
import { Problem } from "../core/api";
import { text } from "../core/texts";

export interface Attempt {
  busy: boolean;
  wrong: string; // what was refused, in words; "" = nothing
  place: string; // of the field that is wrong, as the station names it
  make: (act: () => Promise<void>) => Promise<boolean>;
}

/** One press of a button that the station may refuse: what is wrong stands until the next one. */
export function useAttempt(words: (problem: Problem) => string = (problem) => problem.message) {
  const [state, setState] = useState({ busy: false, wrong: "", place: "" });
  const make = async (act: () => Promise<void>): Promise<boolean> => {
    setState({ busy: true, wrong: "", place: "" });
    try {
      await act();
      setState({ busy: false, wrong: "", place: "" });
      return true;
    } catch (error) {
      const said = error instanceof Problem;
      const place = said ? (error.errors[0]?.where ?? "") : "";
      setState({ busy: false, wrong: said ? words(error) : text("access.no_answer"), place });
      return false;
    }
  };
  return { ...state, make } satisfies Attempt;
}

/** Of a password that was refused. */
export function passwordWords(problem: Problem): string {
  if (problem.status === 401) return text("access.wrong");
  if (problem.status !== 429) return problem.message;
  const seconds = /(\d+) s/.exec(problem.detail)?.[1] ?? "60";
  return text("access.wait", { seconds });
}
