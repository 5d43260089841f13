/** Who may use the station by name. A removed user is only gone after a moment, in which it can be undone. */
import { post, remove } from "../../core/api";
import type { User } from "../../core/contract";
import { Asked, reasonOf } from "../asked";
import { Leaving } from "../leaving";

export type Role = User["role"];

export interface Change {
  name: string;
  role?: Role;
  password?: string;
  certificate?: string; // PEM; "" = none any more
}

export const users = new Asked<readonly User[]>("users");
export const leaving = new Leaving((name) =>
  users.take(() => remove<User[]>(`users/${encodeURIComponent(name)}`)),
);

/** Add a user, or change one; "" = done, else why not. */
export async function change(asked: Change): Promise<string> {
  try {
    await post<User>("users", asked);
  } catch (error) {
    return reasonOf(error);
  }
  await users.refresh();
  return "";
}
