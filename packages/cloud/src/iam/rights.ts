// What roles may do, and what of it they did: the difference is what nobody needs.
import type { Need, Principal } from "../gateway/service.ts";
import { list } from "./list.ts";
import type { Roles } from "./roles.ts";

/** Actions that a role's policies allow, as they are written there, and those that it was allowed so far. */
export interface RoleRights {
  readonly role: string;
  readonly granted: readonly string[];
  readonly used: readonly string[];
}

export interface Rights {
  /** Notes what a role was allowed. */
  readonly note: (principal: Principal, need: Need) => void;
  readonly list: () => readonly RoleRights[];
}

export const createRights = (roles: Roles): Rights => {
  const used = new Map<string, Set<string>>(); // no larger than roles times actions
  return {
    note: (principal, { action }) => {
      if (principal.kind !== "role") return;
      const actions = used.get(principal.roleName) ?? new Set<string>();
      used.set(principal.roleName, actions.add(action));
    },
    list: () =>
      roles.list().map((role) => {
        const statements = roles.documentsOf(role).flatMap(({ Statement }) => list(Statement));
        const allowed = statements.filter(({ Effect }) => Effect === "Allow").flatMap(({ Action }) => list(Action));
        return { role: role.name, granted: [...new Set(allowed)], used: [...(used.get(role.name) ?? [])] };
      }),
  };
};
