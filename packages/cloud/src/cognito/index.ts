// Cognito user pools: sign-up, sign-in, groups, and the pool as an OIDC issuer.
import type { JsonWebKey } from "node:crypto";
import type { Service } from "../gateway/service.ts";
import type { Lambda, Ground, OutboxMessage } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";

export interface CognitoPorts {
  readonly lambda: Pick<Lambda, "invoke" | "permits" | "exists">;
}

export const createCognito = (
  _ground: Ground,
  _ports: CognitoPorts,
): {
  readonly service: Service;
  readonly keysOf: (issuer: string) => readonly JsonWebKey[] | undefined;
  readonly outbox: () => readonly OutboxMessage[];
} => ({
  keysOf: () => undefined,
  outbox: () => [],
  service: {
    name: "cognito-idp",
    protocol: jsonProtocol({ version: "1.1", prefix: "AWSCognitoIdentityProviderService" }),
    actions: {},
    needs: () => [],
    types: {},
  },
});
