// Secrets Manager.
import type { Service } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";

export const createSecrets = (
  _ground: Ground,
): { readonly service: Service; readonly valueOf: (id: string) => string } => ({
  valueOf: (id) => {
    throw new Error(`no secret ${id}`);
  },
  service: {
    name: "secretsmanager",
    protocol: jsonProtocol({ version: "1.1", prefix: "secretsmanager" }),
    actions: {},
    needs: () => [],
    types: {},
  },
});
