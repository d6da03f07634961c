// API keys of machines: `sk_<8 id>_<32 secret>`. Only a hash is stored, so a key can be shown once.
import { createHash, timingSafeEqual } from "node:crypto";
import { notFound } from "@warmstart/middleware";
import * as v from "valibot";
import { randomBase58 } from "./code.ts";
import { fail } from "./errors.ts";

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
  /** False when the owner has `most` keys already. */
  add(key: ApiKey, most: number): Promise<boolean>;
  /** Newest first, without their hashes. */
  list(ownerId: string): Promise<readonly Omit<ApiKey, "sha256">[]>;
  /** False when the owner has no such key. */
  remove(id: string, ownerId: string): Promise<boolean>;
}

const MAX_KEYS = 10;
const KEY = /^sk_([1-9A-HJ-NP-Za-km-z]{8})_[1-9A-HJ-NP-Za-km-z]{32}$/;

const scopes = v.pipe(v.array(v.picklist(SCOPES)), v.minLength(1), v.maxLength(SCOPES.length));
export const NewApiKey = v.strictObject({ scopes });
export const ApiKeyView = v.strictObject({ id: v.string(), scopes, createdAt: v.string() });
export const ApiKeyPath = v.object({ id: v.pipe(v.string(), v.regex(/^[1-9A-HJ-NP-Za-km-z]{8}$/)) });

export const apiKeyView = ({ id, scopes, createdAt }: Omit<ApiKey, "sha256">) => ({ id, scopes, createdAt });

const sha256 = (secret: string): Buffer => createHash("sha256").update(secret).digest();

export const isScope = (word: string): word is Scope => SCOPES.some((scope) => scope === word);

/** Makes and stores a key. The secret is in the answer and nowhere else. */
export const createApiKey = async (
  keys: ApiKeyStore,
  owner: Pick<ApiKey, "ownerId" | "scopes">,
  most: number = MAX_KEYS,
): Promise<{ secret: string; key: ApiKey }> => {
  const id = randomBase58(8);
  const secret = `sk_${id}_${randomBase58(32)}`;
  const key = { id, sha256: sha256(secret).toString("base64url"), ...owner, createdAt: new Date().toISOString() };
  if (!(await keys.add(key, most))) throw fail("too-many-keys", `There are ${most} keys: delete one first`);
  return { secret, key };
};

export const removeApiKey = async (keys: ApiKeyStore, id: string, ownerId: string): Promise<void> => {
  if (!(await keys.remove(id, ownerId))) throw notFound("There is no such key");
};

/** The key that this secret belongs to, if it is one. What cannot be a key costs no read. */
export const checkApiKey = async (keys: ApiKeyStore, secret: string): Promise<ApiKey | undefined> => {
  const id = KEY.exec(secret)?.[1];
  const key = id === undefined ? undefined : await keys.find(id);
  if (key === undefined) return undefined;
  return timingSafeEqual(sha256(secret), Buffer.from(key.sha256, "base64url")) ? key : undefined;
};
