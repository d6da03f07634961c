// The store as a map, and the pool as another: for the verbs alone.
import type { Attributes, User, UserChanges, UserPool, UserRecord, UserStore, UserVersion } from "../src/user-store.ts";
import type { Role, UserId } from "../src/user-schemas.ts";

const changed = (user: User, changes: UserChanges): User => {
  const given = Object.entries(changes).filter(([, value]) => value !== undefined);
  const all = Object.entries({ ...user, ...Object.fromEntries(given), version: user.version + 1 });
  return Object.fromEntries(all.filter(([, value]) => value !== null)) as unknown as User; // as it was, but for the changes
};

const positionOf = ({ createdAt, id }: User): string => `${createdAt}#${id}`;

export const memoryUsers = (): UserStore => {
  const records = new Map<UserId, UserRecord>();
  const active = () => [...records.values()].filter((record) => record.status === "active");
  const refusal = ({ id, version }: UserVersion): "absent" | "other-version" | undefined => {
    const record = records.get(id);
    if (record?.status !== "active") return "absent";
    return version === undefined || record.version === version ? undefined : "other-version";
  };
  return {
    get: async (id) => records.get(id),
    add: async (user) => !records.has(user.id) && records.set(user.id, user) !== undefined,
    change: async (which, changes) => {
      const refused = refusal(which);
      if (refused !== undefined) return refused;
      const user = changed(records.get(which.id) as User, changes); // not refused, so there is one
      records.set(which.id, user);
      return user;
    },
    remove: async (which, deletedAt) => {
      const record = records.get(which.id);
      if (record?.status === "deleted") return "removed";
      const refused = refusal(which);
      if (refused !== undefined || record === undefined) return refused ?? "absent";
      records.set(which.id, { id: which.id, status: "deleted", deletedAt, version: record.version + 1 });
      return "removed";
    },
    list: async ({ limit, after = "~" }) => {
      const rest = active().filter((user) => positionOf(user) < after);
      const users = rest.toSorted((a, b) => (positionOf(a) < positionOf(b) ? 1 : -1)).slice(0, limit);
      const last = users.at(-1);
      return { users, ...(rest.length > limit && last !== undefined && { next: positionOf(last) }) };
    },
    findByEmail: async (email) => active().filter((user) => user.email === email.toLowerCase()),
  };
};

interface Member {
  readonly attributes: Attributes;
  role: Role;
  signedIn: boolean;
}

export interface MemoryPool extends UserPool {
  readonly members: Map<UserId, Member>;
}

export const memoryPool = (): MemoryPool => {
  const members = new Map<UserId, Member>();
  return {
    members,
    find: async (id) => members.get(id)?.attributes,
    roleOf: async (id) => members.get(id)?.role ?? "customer",
    setRole: async (id, role) => {
      const member = members.get(id);
      if (member !== undefined) member.role = role;
      return member !== undefined;
    },
    signOut: async (id) => {
      const member = members.get(id);
      if (member !== undefined) member.signedIn = false;
    },
    remove: async (id) => void members.delete(id),
  };
};
