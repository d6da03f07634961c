// Whether the route lets the caller in.
import { failure, type Verdict } from "./answer.ts";
import type { Exchange } from "./event.ts";
import { authorizeByIam, type IamGround } from "./iam-authorizer.ts";
import type { InvokeGround } from "./invoke.ts";
import { authorizeByJwt, type JwtGround } from "./jwt-authorizer.ts";
import { authorizeByLambda } from "./lambda-authorizer.ts";

export const authorize = async (exchange: Exchange, ground: IamGround & InvokeGround & JwtGround): Promise<Verdict> => {
  const { route, compiled } = exchange;
  switch (route.AuthorizationType) {
    case undefined:
    case "NONE":
      return {};
    case "AWS_IAM":
      return authorizeByIam(exchange, ground);
    case "CUSTOM":
    case "JWT": {
      const authorizer = compiled.authorizers.get(route.AuthorizerId ?? "");
      if (authorizer?.AuthorizerType === "REQUEST" && route.AuthorizationType === "CUSTOM")
        return authorizeByLambda(authorizer, exchange, ground);
      if (authorizer?.AuthorizerType === "JWT" && route.AuthorizationType === "JWT")
        return authorizeByJwt(authorizer, exchange, ground);
      ground.report(
        `HTTP API ${compiled.api.owner}, ${route.RouteKey}: its authorizer does not exist, or is of another type`,
      );
      return { answer: failure(500) };
    }
    default:
      route.AuthorizationType satisfies never;
      throw new Error("unreachable");
  }
};
