// SSM Parameter Store.
import type { Service } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";

export const createSsm = (
  _ground: Ground,
): { readonly service: Service; readonly valueOf: (name: string) => string } => ({
  valueOf: (name) => {
    throw new Error(`no parameter ${name}`);
  },
  service: {
    name: "ssm",
    protocol: jsonProtocol({ version: "1.1", prefix: "AmazonSSM" }),
    actions: {},
    needs: () => [],
    types: {},
  },
});
