// Access keys: the two developer keys, and temporary keys of roles.
import { randomBytes } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Principal } from "../gateway/service.ts";
import type { Credentials } from "../ports.ts";
import { idOf, roleNameOf } from "./roles.ts";

export interface Key {
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly principal: Principal;
}

/** Full access; real keys never work here. */
const DEVELOPER_KEYS: Readonly<Record<string, string>> = { local: "local", test: "test" };

export const rolePrincipal = (roleArn: string, sessionName: string): Principal & { kind: "role" } => {
  const roleName = roleNameOf(roleArn);
  return {
    kind: "role",
    arn: `arn:aws:sts::${ACCOUNT}:assumed-role/${roleName}/${sessionName}`,
    roleArn,
    roleName,
    sessionName,
  };
};

/** How long an expired key is still told from an unknown one, and how often those beyond are looked for. */
const REMEMBERED_MS = 86_400_000;
const SWEEP_MS = 3_600_000;

export interface Keys {
  readonly mint: (roleArn: string, sessionName: string, expiresAt?: number) => Credentials;
  readonly revoke: (accessKeyId: string) => void;
  readonly find: (accessKeyId: string) => Key | undefined;
}

/** Temporary keys live in memory: they are valid until the cloud ends, `revoke`, or their expiry. */
export const createKeys = (now: () => number): Keys => {
  const minted = new Map<string, Key & { readonly expiresAt: number }>();
  let sweptAt = now();
  const sweep = (): void => {
    if (now() - sweptAt < SWEEP_MS) return;
    sweptAt = now();
    for (const [id, { expiresAt }] of minted) if (expiresAt + REMEMBERED_MS <= sweptAt) minted.delete(id);
  };
  return {
    mint: (roleArn, sessionName, expiresAt = Number.POSITIVE_INFINITY) => {
      sweep();
      const accessKeyId = `ASIA${idOf(randomBytes(16))}`;
      const secretAccessKey = randomBytes(30).toString("base64");
      const sessionToken = randomBytes(96).toString("base64");
      const principal = rolePrincipal(roleArn, sessionName);
      minted.set(accessKeyId, { secretAccessKey, sessionToken, principal, expiresAt });
      return { accessKeyId, secretAccessKey, sessionToken };
    },
    revoke: (accessKeyId) => {
      minted.delete(accessKeyId);
    },
    find: (accessKeyId) => {
      if (Object.hasOwn(DEVELOPER_KEYS, accessKeyId)) {
        const principal: Principal = { kind: "developer", arn: `arn:aws:iam::${ACCOUNT}:user/${accessKeyId}` };
        return { secretAccessKey: DEVELOPER_KEYS[accessKeyId] ?? "", principal };
      }
      const key = minted.get(accessKeyId);
      if (key !== undefined && key.expiresAt <= now())
        throw new AwsError("ExpiredToken", 403, "The security token included in the request is expired");
      return key;
    },
  };
};
