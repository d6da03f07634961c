// The roles of the account with their policies, and customer managed policies.
import { createHash } from "node:crypto";
import { ACCOUNT } from "../gateway/service.ts";
import type { Store, Table } from "../store/store.ts";
import { compilePolicy, type Compiled } from "./compile.ts";
import { MANAGED_POLICIES } from "./managed-policies.ts";
import type { PolicyDocument } from "./policy.ts";

export interface Role {
  readonly name: string;
  readonly arn: string;
  readonly maxSessionSeconds: number;
  readonly trust: PolicyDocument;
  readonly inline: Readonly<Record<string, PolicyDocument>>;
  /** ARNs of managed policies. */
  readonly attached: readonly string[];
}

export interface ManagedPolicy {
  readonly arn: string;
  readonly document: PolicyDocument;
}

export interface Roles {
  readonly list: () => readonly Role[];
  /** Inline and attached policies. */
  readonly documentsOf: (role: Role) => readonly PolicyDocument[];
  readonly get: (name: string) => Role | undefined;
  readonly put: (role: Role) => void;
  readonly remove: (name: string) => void;
  /** All policies of a role, compiled once per revision. */
  readonly policiesOf: (name: string) => Compiled;
  readonly trustOf: (name: string) => Compiled;
  readonly managed: (arn: string) => PolicyDocument | undefined;
  readonly putManaged: (policy: ManagedPolicy) => void;
  readonly removeManaged: (arn: string) => void;
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Bytes as AWS's ids spell them. */
export const idOf = (bytes: Buffer): string => [...bytes].map((byte) => ALPHABET[byte % 32]).join("");

/** `prefix` and 17 characters that follow from the name, as AWS's unique ids look. */
export const uniqueId = (prefix: string, name: string): string =>
  prefix + idOf(createHash("sha256").update(name).digest().subarray(0, 17));

export const roleId = (name: string): string => uniqueId("AROA", name);

export const roleArn = (path: string, name: string): string => `arn:aws:iam::${ACCOUNT}:role${path}${name}`;

/** The name in a role's ARN, which may have a path before it. */
export const roleNameOf = (arn: string): string => arn.slice(arn.lastIndexOf("/") + 1);

interface CompiledRole {
  readonly policies: Compiled;
  readonly trust: Compiled;
}

const NOBODY: CompiledRole = { policies: [], trust: [] };

export const createRoles = (store: Store): Roles => {
  const roles: Table<Role> = store.table("iam_roles");
  const managedPolicies: Table<ManagedPolicy> = store.table("iam_policies");
  const managed = (arn: string): PolicyDocument | undefined =>
    managedPolicies.get(arn)?.document ?? MANAGED_POLICIES[arn];
  const documentsOf = ({ inline, attached }: Role): readonly PolicyDocument[] => [
    ...Object.values(inline),
    ...attached.flatMap((arn) => managed(arn) ?? []),
  ];
  const known = new Map<string, CompiledRole>();
  const compile = (role: Role): CompiledRole => ({
    policies: documentsOf(role).flatMap(compilePolicy),
    trust: compilePolicy(role.trust),
  });
  const compiledOf = (name: string): CompiledRole => {
    const compiled = known.get(name);
    if (compiled !== undefined) return compiled;
    const role = roles.get(name);
    if (role === undefined) return NOBODY;
    known.set(name, compile(role));
    return compiledOf(name);
  };
  return {
    list: () => roles.list().map(([, role]) => role),
    documentsOf,
    get: (name) => roles.get(name),
    put: (role) => {
      roles.put(role.name, role);
      known.clear();
    },
    remove: (name) => {
      roles.remove(name);
      known.clear();
    },
    policiesOf: (name) => compiledOf(name).policies,
    trustOf: (name) => compiledOf(name).trust,
    managed,
    putManaged: (policy) => {
      managedPolicies.put(policy.arn, policy);
      known.clear();
    },
    removeManaged: (arn) => {
      managedPolicies.remove(arn);
      known.clear();
    },
  };
};
