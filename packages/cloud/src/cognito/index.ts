// Cognito user pools: sign-up, sign-in, groups, and the pool as an OIDC issuer.
import type { JWK } from "jose";
import type { Need, Service } from "../gateway/service.ts";
import type { Lambda, Ground, OutboxMessage } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";
import { groupActions } from "./groups.ts";
import { pageActions, withPages } from "./browser.ts";
import { createMessages } from "./messages.ts";
import { createModel } from "./model.ts";
import { ownAccountActions } from "./own-account.ts";
import type { Cognito } from "./parts.ts";
import { poolActions } from "./pools.ts";
import { resourceTypes } from "./resources.ts";
import { signInActions } from "./sign-in.ts";
import { signUpActions } from "./sign-up.ts";
import { createTokens, poolIdOf, type Tokens } from "./tokens.ts";
import { createTriggers, poolArn } from "./triggers.ts";
import { userActions } from "./users.ts";
import { documentActions, withDocuments } from "./well-known.ts";

export interface CognitoPorts {
  readonly lambda: Pick<Lambda, "invoke" | "permits">;
}

/** Makes the user pools of the cloud. */
export const createCognito = (
  ground: Ground,
  { lambda }: CognitoPorts,
): {
  readonly service: Service;
  readonly keysOf: (issuer: string) => readonly JWK[] | undefined;
  readonly outbox: () => readonly OutboxMessage[];
  readonly signToken: Tokens["sign"];
} => {
  const { clock, store } = ground;
  const model = createModel(ground);
  const messages = createMessages(ground);
  const tokens = createTokens(ground, model);
  const cognito: Cognito = { clock, store, model, messages, tokens, trigger: createTriggers(lambda, ground) };
  const admin = { ...poolActions(cognito), ...groupActions(cognito), ...userActions(cognito) };
  const app = { ...signUpActions(cognito), ...ownAccountActions(cognito), ...documentActions(cognito), ...pageActions };
  const signIn = signInActions(cognito);
  /** Calls of apps and of users come without keys: a client id, a password or a token stands in them. */
  const needs: Service["needs"] = ({ action, input, region }): readonly Need[] => {
    if (action in app || (action in signIn && !action.startsWith("Admin"))) return [];
    const { UserPoolId } = input;
    return [
      {
        action: `cognito-idp:${action}`,
        resource: typeof UserPoolId === "string" ? poolArn({ id: UserPoolId, region }) : "*",
      },
    ];
  };
  return {
    keysOf: (issuer) => {
      const poolId = poolIdOf(issuer);
      return poolId === undefined || model.pools.get(poolId) === undefined ? undefined : tokens.knownKeys(poolId);
    },
    outbox: messages.outbox,
    signToken: tokens.sign,
    service: {
      name: "cognito-idp",
      protocol: withPages(withDocuments(jsonProtocol({ version: "1.1", prefix: "AWSCognitoIdentityProviderService" }))),
      actions: { ...admin, ...app, ...signIn },
      needs,
      types: resourceTypes(cognito),
    },
  };
};
