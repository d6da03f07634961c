// User pools: what is stored, and how users are found by name.
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import type { Table } from "../store/store.ts";
import type { ClientSettings, PoolSettings } from "./schemas.ts";

interface Dated {
  /** Cloud ms. */
  readonly createdAt: number;
  readonly changedAt: number;
}

export interface Pool extends Dated {
  readonly id: string;
  readonly name: string;
  readonly region: string;
  readonly settings: PoolSettings;
}

export interface Client extends Dated {
  readonly id: string;
  readonly poolId: string;
  readonly name: string;
  readonly settings: ClientSettings;
}

export interface Group extends Dated {
  readonly poolId: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly precedence?: number | undefined;
}

/** What a code is good for: to confirm a sign-up, or to set a new password. */
export type Purpose = "confirm" | "password";

export interface Code {
  readonly value: string;
  readonly expiresAt: number;
}

export interface User extends Dated {
  readonly poolId: string;
  /** In pools where an e-mail address is the name, the same as `sub`. */
  readonly username: string;
  readonly sub: string;
  readonly status: "UNCONFIRMED" | "CONFIRMED" | "FORCE_CHANGE_PASSWORD";
  /** Without `sub`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  readonly password?: { readonly salt: string; readonly hash: string };
  /** When a temporary password ends. */
  readonly temporaryUntil?: number | undefined;
  readonly codes: Readonly<Partial<Record<Purpose, Code>>>;
  /** A sign-in that waits for a new password. */
  readonly challenge?: { readonly secret: string; readonly clientId: string; readonly expiresAt: number } | undefined;
}

/** One sign-in: its refresh token, and whether its access tokens still count. */
export interface Session {
  readonly poolId: string;
  readonly username: string;
  readonly clientId: string;
  readonly originJti: string;
  readonly authTime: number;
  readonly expiresAt: number;
  /** SHA-256 of the refresh token. */
  readonly hash: string;
}

export interface Model {
  readonly pools: Table<Pool>;
  readonly clients: Table<Client>;
  readonly groups: Table<Group>;
  readonly users: Table<User>;
  readonly sessions: Table<Session>;
  /** These throw ResourceNotFoundException, or UserNotFoundException. */
  readonly pool: (id: string) => Pool;
  readonly client: (id: string, poolId?: string) => Client;
  readonly group: (poolId: string, name: string) => Group;
  readonly user: (pool: Pool, name: string) => User;
  readonly find: (pool: Pool, name: string) => User | undefined;
  /** A new one, whose names nobody has. */
  readonly addUser: (pool: Pool, user: User) => void;
  /** Changes the user as it is now: others may have changed it while a password was being hashed. */
  readonly changeUser: (pool: Pool, name: string, change: (user: User) => Partial<User>) => User;
  readonly removeUser: (pool: Pool, user: User) => void;
  readonly endSessions: (user: User, keep?: (session: Session) => boolean) => void;
  readonly removePool: (id: string) => void;
}

/** The name as it is compared. */
export const foldName = ({ settings }: Pool, name: string): string =>
  settings.UsernameConfiguration?.CaseSensitive === false ? name.toLowerCase() : name;

export const sessionKey = ({
  poolId,
  username,
  originJti,
}: Pick<Session, "poolId" | "username" | "originJti">): string =>
  `${poolId}/${encodeURIComponent(username)}/${originJti}`;

/** Other names of a user: the `sub`, and the e-mail address where that is the name. */
const aliasesOf = (pool: Pool, { sub, attributes }: User): readonly string[] => {
  const addresses = (pool.settings.UsernameAttributes ?? []).map((name) => foldName(pool, attributes[name] ?? ""));
  return [sub, ...addresses].map((name) => `${pool.id}/${name}`);
};

const missing = (what: string): AwsError => new AwsError("ResourceNotFoundException", 400, `${what} does not exist.`);
export const unknownUser = (): AwsError => new AwsError("UserNotFoundException", 400, "User does not exist.");

export const createModel = ({ store, clock }: Pick<Ground, "store" | "clock">): Model => {
  const pools = store.table<Pool>("cognito_pools");
  const clients = store.table<Client>("cognito_clients");
  const groups = store.table<Group>("cognito_groups");
  const users = store.table<User>("cognito_users");
  const aliases = store.table<string>("cognito_aliases");
  const sessions = store.table<Session>("cognito_sessions");

  const find: Model["find"] = (pool, name) => {
    const key = `${pool.id}/${foldName(pool, name)}`;
    return users.get(key) ?? users.get(`${pool.id}/${aliases.get(key) ?? ""}`);
  };
  const user: Model["user"] = (pool, name) => {
    const found = find(pool, name);
    if (found === undefined) throw unknownUser();
    return found;
  };
  const endSessions: Model["endSessions"] = ({ poolId, username }, keep = () => false) => {
    for (const [key, session] of sessions.list({ prefix: sessionKey({ poolId, username, originJti: "" }) })) {
      if (!keep(session)) sessions.remove(key);
    }
  };
  return {
    pools,
    clients,
    groups,
    users,
    sessions,
    find,
    endSessions,
    user,
    pool: (id) => {
      const pool = pools.get(id);
      if (pool === undefined) throw missing(`User pool ${id}`);
      return pool;
    },
    client: (id, poolId) => {
      const client = clients.get(id);
      if (client === undefined || (poolId !== undefined && client.poolId !== poolId))
        throw missing(`User pool client ${id}`);
      return client;
    },
    group: (poolId, name) => {
      const group = groups.get(`${poolId}/${name}`);
      if (group === undefined) throw new AwsError("ResourceNotFoundException", 400, "Group not found.");
      return group;
    },
    addUser: (pool, added) =>
      store.transaction(() => {
        for (const alias of aliasesOf(pool, added)) aliases.put(alias, added.username);
        users.put(`${pool.id}/${added.username}`, added);
      }),
    changeUser: (pool, name, change) => {
      const now = user(pool, name);
      const changed = { ...now, ...change(now), changedAt: clock.now() };
      users.put(`${pool.id}/${now.username}`, changed);
      return changed;
    },
    removeUser: (pool, removed) =>
      store.transaction(() => {
        for (const alias of aliasesOf(pool, removed)) aliases.remove(alias);
        endSessions(removed);
        users.remove(`${pool.id}/${removed.username}`);
      }),
    removePool: (id) =>
      store.transaction(() => {
        for (const table of [groups, users, aliases, sessions]) {
          for (const [key] of table.list({ prefix: `${id}/` })) table.remove(key);
        }
        for (const [key, { poolId }] of clients.list()) if (poolId === id) clients.remove(key);
        store.table("cognito_keys").remove(id);
        pools.remove(id);
      }),
  };
};
