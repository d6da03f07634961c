// API keys of machines: `sk_<8 id>_<32 secret>`. Only a hash is stored, so a key can be shown once.
import { createHash, timingSafeEqual } from "node:crypto";
import { randomBase58 } from "./code.ts";

export const SCOPES = ["links:read", "links:write", "stats:read"] as const;
export type Scope = (typeof SCOPES)[number];

/** A key as it is stored. */
export interface ApiKey {
  readonly id: string;
  readonly sha256: string;
  readonly ownerId: string;
  readonly scopes: readonly Scope[];
  readonly createdAt: string;
}

export interface ApiKeyStore {
  find(id: string): Promise<ApiKey | undefined>;
  /** False when the id is taken. */
  add(key: ApiKey): Promise<boolean>;
}

const KEY = /^sk_([1-9A-HJ-NP-Za-km-z]{8})_[1-9A-HJ-NP-Za-km-z]{32}$/;

const sha256 = (secret: string): Buffer => createHash("sha256").update(secret).digest();

export const isScope = (word: string): word is Scope => SCOPES.some((scope) => scope === word);

/** Makes and stores a key. The secret is in the answer and nowhere else. */
export const createApiKey = async (
  keys: ApiKeyStore,
  owner: { readonly ownerId: string; readonly scopes: readonly Scope[] },
): Promise<{ secret: string; key: ApiKey }> => {
  const id = randomBase58(8);
  const secret = `sk_${id}_${randomBase58(32)}`;
  const createdAt = new Date().toISOString();
  const key = { id, sha256: sha256(secret).toString("base64url"), ...owner, createdAt };
  if (!(await keys.add(key))) throw new Error(`The key id ${id} is taken: try again`);
  return { secret, key };
};

/** The key that this secret belongs to, if it is one. What cannot be a key costs no read. */
export const checkApiKey = async (keys: ApiKeyStore, secret: string): Promise<ApiKey | undefined> => {
  const id = KEY.exec(secret)?.[1];
  const key = id === undefined ? undefined : await keys.find(id);
  if (key === undefined) return undefined;
  return timingSafeEqual(sha256(secret), Buffer.from(key.sha256, "base64url")) ? key : undefined;
};
