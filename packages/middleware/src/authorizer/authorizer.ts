// The wrapper of a Lambda authorizer: from a secret to whom it belongs.
import type { APIGatewayRequestAuthorizerEventV2 } from "aws-lambda";
import { logLine } from "../log/log.ts";
import { extendCall, type Call } from "../trigger/call.ts";
import { createMetrics } from "../metrics/metrics.ts";
import { trigger, type Handler } from "../trigger/trigger.ts";

/** Who a key belongs to; reaches the route's function as `caller` of kind `apiKey`. */
export interface Principal {
  readonly sub: string;
  readonly scopes: readonly string[];
}

export interface AuthorizerInput extends Call {
  /** The first identity source, for example the value of `x-api-key`. Never log it. */
  readonly secret: string;
  readonly event: APIGatewayRequestAuthorizerEventV2;
}

export interface AuthorizerResult {
  readonly isAuthorized: boolean;
  readonly context?: { readonly sub: string; readonly scopes: readonly string[] };
}

/**
 * A Lambda authorizer with simple answers. `fn` gives the principal of a secret, or undefined to refuse. An error is
 * thrown: API Gateway answers it 500, so an outage is not taken for a wrong key.
 */
export const authorizer = (
  fn: (input: AuthorizerInput) => Promise<Principal | undefined> | Principal | undefined,
): Handler<APIGatewayRequestAuthorizerEventV2, AuthorizerResult> =>
  trigger<APIGatewayRequestAuthorizerEventV2, AuthorizerResult, Principal | undefined>({
    collect: createMetrics,
    names: (event) => ({ requestId: event.requestContext.requestId }),
    run: async (event, call) => {
      const [secret] = event.identitySource ?? [];
      return secret ? fn(extendCall(call, { secret, event })) : undefined;
    },
    seal: (principal, event, open) => {
      const isAuthorized = principal !== undefined;
      const request = { route: event.routeKey, authorized: isAuthorized, duration_ms: open.milliseconds() };
      open.close(logLine("INFO", "authorize", open.fields, request));
      return principal ? { isAuthorized, context: { sub: principal.sub, scopes: principal.scopes } } : { isAuthorized };
    },
  });
