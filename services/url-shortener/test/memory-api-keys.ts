// API keys in memory.
import type { ApiKey, ApiKeyStore } from "../src/api-key.ts";

export const memoryApiKeys = (): ApiKeyStore => {
  const keys = new Map<string, ApiKey>();
  const ofOwner = (ownerId: string) => [...keys.values()].filter((key) => key.ownerId === ownerId);
  return {
    find: async (id) => keys.get(id),
    add: async (key, most) => ofOwner(key.ownerId).length < most && keys.set(key.id, key) !== undefined,
    list: async (ownerId) => ofOwner(ownerId).toReversed(),
    remove: async (id, ownerId) => keys.get(id)?.ownerId === ownerId && keys.delete(id),
  };
};
