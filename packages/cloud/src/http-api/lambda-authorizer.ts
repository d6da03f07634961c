// Lambda authorizers, payload format 2.0: simple answers or IAM policies, kept for a time by identity.
// https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-lambda-authorizer.html
import type { PolicyDocument, Statement } from "../iam/policy.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { CallerIam } from "./iam-authorizer.ts";
import { failure, type Verdict } from "./answer.ts";
import { authorizerEvent, executeApiArn, type Exchange } from "./event.ts";
import { identityOf } from "./identity-source.ts";
import { callFunction, type InvokeGround } from "./invoke.ts";
import { FAILURES, LIMITS } from "./limits.ts";
import type { Stored } from "./model.ts";
import type { LambdaAuthorizer } from "./schemas.ts";

type Fields = Readonly<Record<string, unknown>>;
const isObject = (value: unknown): value is Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value);

class MalformedAnswer extends Error {}

const contextOf = ({ context }: Fields): object => {
  if (context === undefined || context === null) return {};
  if (isObject(context)) return context;
  throw new MalformedAnswer("context is not an object");
};

/** What an IAM answer's policy says of this request; it names no principal, as it is the caller's own. */
const policyAllows = ({ policyDocument }: Fields, exchange: Exchange, iam: CallerIam): boolean => {
  const { Statement: statements } = isObject(policyDocument) ? policyDocument : {};
  const all = [statements].flat().filter(isObject) as unknown as readonly Statement[]; // foreign JSON, judged by IAM
  if (all.length === 0) throw new MalformedAnswer("there is neither isAuthorized nor a policyDocument with statements");
  const policy: PolicyDocument = { Version: "2012-10-17", Statement: all.map((one) => ({ ...one, Principal: "*" })) };
  const need = { action: "execute-api:Invoke", resource: executeApiArn(exchange, exchange.path) };
  return iam.decide({ kind: "anonymous" }, need, policy).allowed;
};

const judge = (payload: string, authorizer: LambdaAuthorizer, exchange: Exchange, iam: CallerIam): Verdict => {
  const result: unknown = JSON.parse(payload);
  if (!isObject(result)) throw new MalformedAnswer("the result is not an object");
  const { isAuthorized } = result;
  if (authorizer.EnableSimpleResponses === true && typeof isAuthorized !== "boolean")
    throw new MalformedAnswer("isAuthorized is not true or false");
  const allowed = authorizer.EnableSimpleResponses === true ? isAuthorized : policyAllows(result, exchange, iam);
  return allowed === true ? { context: { lambda: contextOf(result) } } : { answer: failure(403) };
};

/** The authorizer's result, from its cache or its function. */
const ask = async (
  authorizer: Stored<LambdaAuthorizer>,
  identity: readonly string[],
  exchange: Exchange,
  { lambda }: InvokeGround,
): Promise<string> => {
  const { api, authorizations: cache } = exchange.compiled;
  const key = JSON.stringify([authorizer.id, ...identity]);
  const known = cache.get(key);
  if (known !== undefined && known.until > exchange.timeMs) return known.payload;
  const called = await callFunction(lambda, {
    functionArn: authorizer.AuthorizerUri,
    sourceArn: `arn:aws:execute-api:${api.region}:${ACCOUNT}:${api.apiId}/authorizers/${authorizer.id}`,
    payload: authorizerEvent(exchange, identity),
    traceId: exchange.traceId,
    limitMs: LIMITS.authorizerMs,
  });
  if ("failed" in called) throw new MalformedAnswer(called.reason);
  const ttlMs = (authorizer.AuthorizerResultTtlInSeconds ?? 0) * 1000;
  if (ttlMs > 0) {
    cache.delete(key); // the newest is last, so the first is the oldest
    cache.set(key, { until: exchange.timeMs + ttlMs, payload: called.payload });
    const [oldest] = cache.keys();
    if (cache.size > LIMITS.cachedAuthorizations && oldest !== undefined) cache.delete(oldest);
  }
  return called.payload;
};

/** 401 without an identity, 403 when denied, 500 when the authorizer fails; else its context for the function. */
export const authorizeByLambda = async (
  authorizer: Stored<LambdaAuthorizer>,
  exchange: Exchange,
  ground: InvokeGround & { readonly iam: CallerIam },
): Promise<Verdict> => {
  const identity = (authorizer.IdentitySource ?? []).map((source) => identityOf(source, exchange) ?? "");
  if (identity.includes("")) return { answer: failure(401) };
  try {
    return judge(await ask(authorizer, identity, exchange, ground), authorizer, exchange, ground.iam);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    ground.report(`HTTP API ${exchange.compiled.api.owner}: authorizer ${authorizer.Name} failed: ${reason}`);
    return { answer: failure(FAILURES.authorizerFailed) };
  }
};
