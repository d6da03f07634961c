// What is kept of a user, and the two places that the verbs ask: the table and the pool.
import type { Address, Role, UserId } from "./user-schemas.ts";

export interface User {
  readonly id: UserId;
  /** Lower case. */
  readonly email: string;
  readonly name?: string;
  readonly locale?: string;
  readonly marketingOptIn: boolean;
  readonly addresses: readonly Address[];
  readonly role: Role;
  readonly status: "active";
  readonly version: number;
  readonly createdAt: string;
  readonly updatedAt: string;
}

/** What stays of a deleted user: that they are not to be made again. */
export interface DeletedUser {
  readonly id: UserId;
  readonly status: "deleted";
  readonly deletedAt: string;
  readonly version: number;
}

export type UserRecord = User | DeletedUser;

/** `null` removes, undefined leaves. */
export type UserChanges = { readonly [K in keyof User]?: User[K] | null };

export interface UserVersion {
  readonly id: UserId;
  /** Any, when undefined. */
  readonly version: number | undefined;
}

export interface UserPage {
  readonly users: readonly User[];
  readonly next?: string;
}

export interface UserStore {
  get(id: UserId): Promise<UserRecord | undefined>;
  /** False when there is a record already, be it of a deleted user. */
  add(user: User): Promise<boolean>;
  change(which: UserVersion, changes: UserChanges): Promise<User | "absent" | "other-version">;
  /** Of a deleted user "removed" again, whatever the version. */
  remove(which: UserVersion, deletedAt: string): Promise<"removed" | "absent" | "other-version">;
  /** Newest first. */
  list(page: { limit: number; after?: string; now: number }): Promise<UserPage>;
  findByEmail(email: string): Promise<readonly User[]>;
}

/** Attributes as the pool names them: `email`, `name`, `locale`, … */
export type Attributes = Readonly<Record<string, string | undefined>>;

export interface UserPool {
  find(id: UserId): Promise<Attributes | undefined>;
  roleOf(id: UserId): Promise<Role>;
  /** False when there is no such user. */
  setRole(id: UserId, role: Role): Promise<boolean>;
  /** Ends all sign-ins: no refresh token works on. */
  signOut(id: UserId): Promise<void>;
  /** Not there any more is fine. */
  remove(id: UserId): Promise<void>;
}
