/** What Teach says in its four steps. */
import { limits } from "./limits";
import { teach } from "./teach";

export const teaching = { ...teach, ...limits };
