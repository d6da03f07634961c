// A user: a person of the pool, with what the shop keeps of them. Who somebody is and which groups they are in, the pool
// knows; the record follows it.
import { AppError, etagMismatch, notFound, unavailable } from "@warmstart/middleware";
import * as v from "valibot";
import { conflict } from "./errors.ts";
import type { Attributes, User, UserPage, UserPool, UserRecord, UserStore, UserVersion } from "./user-store.ts";
import { Locale, Name, type Role, type UserId, type UserPatch, type UserView } from "./user-schemas.ts";

const MAX_TRIES = 5;

const noSuchUser = (): AppError => notFound("There is no such user");

const iso = (now: number): string => new Date(now).toISOString();

/** What the pool took may be more than fits here; such values are left out, as if never given. */
const fitting = (schema: v.GenericSchema<unknown, string>, value: string | undefined): string | undefined => {
  const result = v.safeParse(schema, value);
  return result.success ? result.output : undefined;
};

const newUser = (id: UserId, attributes: Attributes, { role, now }: { role: Role; now: number }): User => {
  const { email } = attributes;
  if (email === undefined) throw new Error(`The pool's user ${id} has no e-mail address`);
  const [name, locale] = [fitting(Name, attributes["name"]), fitting(Locale, attributes["locale"])];
  return {
    id,
    email: email.toLowerCase(),
    ...(name !== undefined && { name }),
    ...(locale !== undefined && { locale }),
    marketingOptIn: false,
    addresses: [],
    role,
    status: "active",
    version: 1,
    createdAt: iso(now),
    updatedAt: iso(now),
  };
};

const activeOrThrow = (record: UserRecord | undefined): User => {
  if (record?.status !== "active") throw noSuchUser();
  return record;
};

const orThrow = <T>(result: T | "absent" | "other-version"): T => {
  if (result === "absent") throw noSuchUser();
  if (result === "other-version") throw etagMismatch();
  return result;
};

/** The record of somebody who has just confirmed the sign-up; again, it changes nothing. */
export const confirmUser = async (users: UserStore, id: UserId, attributes: Attributes, now: number): Promise<void> => {
  await users.add(newUser(id, attributes, { role: "customer", now }));
};

/**
 * The caller's record. It is made here when the trigger of the confirmation has failed, or when an administrator has made
 * the user; and its role follows the pool when the token has another one.
 */
export const findMe = async (
  users: UserStore,
  pool: UserPool,
  { id, role, now }: { readonly id: UserId; readonly role: Role; readonly now: number },
): Promise<User> => {
  const record = await users.get(id);
  if (record === undefined) {
    const attributes = await pool.find(id);
    if (attributes === undefined) throw noSuchUser();
    const user = newUser(id, attributes, { role: await pool.roleOf(id), now });
    return (await users.add(user)) ? user : findUser(users, id);
  }
  const user = activeOrThrow(record);
  if (user.role === role) return user;
  // An old token may say the old role: the pool alone is asked.
  const inPool = await pool.roleOf(id);
  if (user.role === inPool) return user;
  const changed = await users.change({ id, version: user.version }, { role: inPool, updatedAt: iso(now) });
  return typeof changed === "string" ? activeOrThrow(await users.get(id)) : changed;
};

export const findUser = async (users: UserStore, id: UserId): Promise<User> => activeOrThrow(await users.get(id));

/** Of others only staff learns anything; for all else a foreign id is one that nobody has, and nothing is read. */
export const findVisible = async (
  users: UserStore,
  id: UserId,
  asker: { readonly id: UserId; readonly role: Role },
): Promise<User> => {
  if (id !== asker.id && asker.role === "customer") throw noSuchUser();
  return findUser(users, id);
};

/** Newest first; with an address the user who has it, if there is one. */
export const listUsers = async (
  users: UserStore,
  { email, ...page }: Parameters<UserStore["list"]>[0] & { readonly email?: string | undefined },
): Promise<UserPage> =>
  email === undefined ? users.list(page) : { users: (await users.findByEmail(email)).slice(0, page.limit) };

export const editUser = async (users: UserStore, which: UserVersion, patch: UserPatch, now: number): Promise<User> =>
  orThrow(await users.change(which, { ...patch, updatedAt: iso(now) }));

/** The record goes first: with it the user is gone here, and a repeated call ends what is left to do. */
export const removeUser = async (users: UserStore, pool: UserPool, which: UserVersion, now: number): Promise<void> => {
  orThrow(await users.remove(which, iso(now)));
  await pool.remove(which.id);
};

/**
 * Groups first, then the record, then all sign-ins end; each step may be repeated. When the record has changed meanwhile,
 * perhaps by another change of the role, all is done once more, so that groups and record end the same.
 */
export const setRole = async (
  users: UserStore,
  pool: UserPool,
  { id, role, by, now }: { readonly id: UserId; readonly role: Role; readonly by: string; readonly now: number },
): Promise<User> => {
  if (id === by) throw conflict("invalid-state", "Nobody changes their own role");
  for (let attempt = 0; attempt < MAX_TRIES; attempt++) {
    const { version } = await findUser(users, id);
    if (!(await pool.setRole(id, role))) throw noSuchUser();
    const changed = await users.change({ id, version }, { role, updatedAt: iso(now) });
    if (typeof changed === "string") continue;
    await pool.signOut(id);
    return changed;
  }
  throw unavailable("The user is being changed by others");
};

export const viewOf = (user: User): UserView => ({
  id: user.id,
  email: user.email,
  ...(user.name !== undefined && { name: user.name }),
  ...(user.locale !== undefined && { locale: user.locale }),
  marketingOptIn: user.marketingOptIn,
  addresses: [...user.addresses],
  role: user.role,
  status: user.status,
  version: user.version,
  createdAt: user.createdAt,
  updatedAt: user.updatedAt,
});
