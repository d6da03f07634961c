// User pools: what is stored, and how users are found by name or alias.
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground } from "../ports.ts";
import type { Table } from "../store/store.ts";
import type { ClientSettings, Contact, PoolSettings } from "./schemas.ts";

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
  readonly secret?: string;
  readonly settings: ClientSettings;
}

export interface Group extends Dated {
  readonly poolId: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly precedence?: number | undefined;
  readonly roleArn?: string | undefined;
}

export interface Code {
  readonly value: string;
  readonly expiresAt: number;
  readonly attribute: Contact;
}

export interface User extends Dated {
  readonly poolId: string;
  readonly username: string;
  readonly sub: string;
  readonly status: "UNCONFIRMED" | "CONFIRMED" | "FORCE_CHANGE_PASSWORD";
  readonly enabled: boolean;
  /** Without `sub`. */
  readonly attributes: Readonly<Record<string, string>>;
  readonly groups: readonly string[];
  readonly password?: { readonly salt: string; readonly hash: string };
  /** When a temporary password ends. */
  readonly temporaryUntil?: number | undefined;
  readonly confirmCode?: Code | undefined;
  readonly passwordCode?: Code | undefined;
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
  readonly clientsOf: (poolId: string) => readonly Client[];
  /** Users whom others know by this alias already are refused by AliasExistsException. */
  readonly putUser: (pool: Pool, user: User) => User;
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

/** Other names of a user: an e-mail address of a pool with aliases counts only when it is verified. */
const aliasesOf = (pool: Pool, { sub, attributes }: User): readonly string[] => {
  const { UsernameAttributes = [], AliasAttributes = [] } = pool.settings;
  const verified = AliasAttributes.filter(
    (name) => name === "preferred_username" || attributes[`${name}_verified`] === "true",
  );
  const values = [...UsernameAttributes, ...verified].map((name) => attributes[name] ?? "");
  return [sub, ...values.filter((value) => value !== "").map((value) => foldName(pool, value))];
};

const missing = (what: string): AwsError => new AwsError("ResourceNotFoundException", 400, `${what} does not exist.`);

export const createModel = ({ store, clock }: Pick<Ground, "store" | "clock">): Model => {
  const pools = store.table<Pool>("cognito_pools");
  const clients = store.table<Client>("cognito_clients");
  const groups = store.table<Group>("cognito_groups");
  const users = store.table<User>("cognito_users");
  const aliases = store.table<string>("cognito_aliases");
  const sessions = store.table<Session>("cognito_sessions");

  const find = (pool: Pool, name: string): User | undefined => {
    const folded = foldName(pool, name);
    return users.get(`${pool.id}/${folded}`) ?? users.get(`${pool.id}/${aliases.get(`${pool.id}/${folded}`) ?? ""}`);
  };
  const clientsOf = (poolId: string): readonly Client[] =>
    clients.list().map(([, client]) => client).filter((client) => client.poolId === poolId); // prettier-ignore
  const endSessions: Model["endSessions"] = ({ poolId, username }, keep = () => false) => {
    for (const [key, session] of sessions.list({ prefix: sessionKey({ poolId, username, originJti: "" }) })) {
      if (!keep(session)) sessions.remove(key);
    }
  };
  const user: Model["user"] = (pool, name) => {
    const found = find(pool, name);
    if (found === undefined) throw new AwsError("UserNotFoundException", 400, "User does not exist.");
    return found;
  };
  const putUser: Model["putUser"] = (pool, user) =>
    store.transaction(() => {
      const before = users.get(`${pool.id}/${user.username}`);
      const names = aliasesOf(pool, user);
      if (before === undefined || aliasesOf(pool, before).join("\n") !== names.join("\n")) {
        if (before !== undefined) for (const name of aliasesOf(pool, before)) aliases.remove(`${pool.id}/${name}`);
        for (const name of names) {
          const owner = aliases.get(`${pool.id}/${name}`);
          if (owner !== undefined && owner !== user.username)
            throw new AwsError("AliasExistsException", 400, "An account with the given email already exists.");
          aliases.put(`${pool.id}/${name}`, user.username);
        }
      }
      users.put(`${pool.id}/${user.username}`, user);
      return user;
    });
  return {
    pools,
    clients,
    groups,
    users,
    sessions,
    find,
    clientsOf,
    endSessions,
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
    user,
    putUser,
    changeUser: (pool, name, change) => {
      const now = user(pool, name);
      return putUser(pool, { ...now, ...change(now), changedAt: clock.now() });
    },
    removeUser: (pool, user) =>
      store.transaction(() => {
        for (const name of aliasesOf(pool, user)) aliases.remove(`${pool.id}/${name}`);
        endSessions(user);
        users.remove(`${user.poolId}/${user.username}`);
      }),
    removePool: (id) =>
      store.transaction(() => {
        for (const table of [groups, users, aliases, sessions]) {
          for (const [key] of table.list({ prefix: `${id}/` })) table.remove(key);
        }
        for (const client of clientsOf(id)) clients.remove(client.id);
        store.table("cognito_keys").remove(id);
        pools.remove(id);
      }),
  };
};
