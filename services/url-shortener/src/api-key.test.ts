import { describe, expect, test } from "@jest/globals";
import { apiKeyStoreContract } from "../test/api-key-store-contract.ts";
import { memoryApiKeys } from "../test/memory-api-keys.ts";
import { checkApiKey, createApiKey } from "./api-key.ts";

const owner = { ownerId: "ann", scopes: ["links:read"] } as const;

apiKeyStoreContract("memory", memoryApiKeys);

describe("API keys", () => {
  test("a key opens what it was made for", async () => {
    const keys = memoryApiKeys();
    const { secret } = await createApiKey(keys, owner);
    expect(secret).toMatch(/^sk_[1-9A-HJ-NP-Za-km-z]{8}_[1-9A-HJ-NP-Za-km-z]{32}$/);
    expect(await checkApiKey(keys, secret)).toMatchObject(owner);
  });

  test("only its hash is stored", async () => {
    const keys = memoryApiKeys();
    const { secret, key } = await createApiKey(keys, owner);
    expect(JSON.stringify(await keys.find(key.id))).not.toContain(secret.slice(12));
  });

  test("another secret with the right id opens nothing", async () => {
    const keys = memoryApiKeys();
    const { secret } = await createApiKey(keys, owner);
    const wrong = secret.slice(0, -1) + (secret.endsWith("a") ? "b" : "a");
    expect(await checkApiKey(keys, wrong)).toBeUndefined();
  });

  test.each(["", "sk_", "sk_0OIl0OIl_x", "Bearer x", "sk_12345678_".padEnd(500, "1")])(
    "%j costs no read",
    async (secret) => {
      const unread = { ...memoryApiKeys(), find: () => Promise.reject(new Error("read")) };
      expect(await checkApiKey(unread, secret)).toBeUndefined();
    },
  );
});
