import type { ApiKey, ApiKeyStore } from "../src/api-key.ts";

export const memoryApiKeys = (): ApiKeyStore => {
  const keys = new Map<string, ApiKey>();
  return {
    find: async (id) => keys.get(id),
    add: async (key) => !keys.has(key.id) && keys.set(key.id, key) !== undefined,
  };
};
