// Whether the route lets the caller in.
import { type Answer, failure } from "./answer.ts";
import type { Exchange } from "./event.ts";
import { authorizeByIam, type IamGround } from "./iam-authorizer.ts";
import type { InvokeGround } from "./invoke.ts";
import { authorizeByLambda } from "./lambda-authorizer.ts";

/** The context goes into `requestContext.authorizer`. */
export type Verdict = { readonly context?: object } | { readonly answer: Answer };

export const authorize = async (exchange: Exchange, ground: IamGround & InvokeGround): Promise<Verdict> => {
  const { route, compiled } = exchange;
  switch (route.AuthorizationType) {
    case undefined:
    case "NONE":
      return {};
    case "AWS_IAM":
      return authorizeByIam(exchange, ground);
    case "CUSTOM": {
      const authorizer = compiled.authorizers.get(route.AuthorizerId ?? "");
      if (authorizer !== undefined) return authorizeByLambda(authorizer, exchange, ground);
      ground.report(`HTTP API ${compiled.api.owner}, ${route.RouteKey}: its authorizer does not exist`);
      return { answer: failure(500) };
    }
    default:
      route.AuthorizationType satisfies never;
      throw new Error("unreachable");
  }
};
