// Routes with AWS_IAM: the request is signed for `execute-api`, and the caller's policies allow `execute-api:Invoke`.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Principal } from "../gateway/service.ts";
import type { Clock } from "../clock/clock.ts";
import type { AccountIam } from "../ports.ts";
import { parseCredential, verify, type VerifiableRequest } from "../protocols/sigv4.ts";
import { failure, type Verdict } from "./answer.ts";
import { executeApiArn, type Exchange } from "./event.ts";

export type CallerIam = Pick<AccountIam, "findKey" | "decide" | "userId">;

export interface IamGround {
  readonly iam: CallerIam;
  readonly clock: Clock;
  readonly report: (message: string) => void;
}

interface Caller {
  readonly accessKeyId: string;
  readonly principal: Principal;
}

const refuse = (message: string): AwsError => new AwsError("AccessDeniedException", 403, message);

/** The verified caller; throws an AwsError that says what is wrong. */
const identify = ({ request, compiled }: Exchange, { iam, clock }: IamGround): Caller => {
  const signed: VerifiableRequest = { ...request, path: request.rawPath, payload: request.body };
  const credential = parseCredential(signed);
  if (credential === undefined) throw refuse("the request is not signed");
  const { accessKeyId, service, region, sessionToken } = credential;
  if (service !== "execute-api" || region !== compiled.api.region)
    throw refuse(`it is signed for ${service} in ${region}, not for execute-api in ${compiled.api.region}`);
  const key = iam.findKey(accessKeyId);
  if (key === undefined) throw refuse(`the access key ${accessKeyId} is unknown here`);
  if (key.sessionToken !== undefined && key.sessionToken !== sessionToken) throw refuse("the session token is wrong");
  // Signatures of real clients carry real time, those of function processes the cloud's.
  verify(signed, key.secretAccessKey, [clock.now(), Date.now()]);
  return { accessKeyId, principal: key.principal };
};

const contextOf = ({ accessKeyId, principal }: Caller, iam: CallerIam): object => {
  const id = (principal.kind === "role" ? iam.userId(principal) : undefined) ?? accessKeyId;
  return {
    accessKey: accessKeyId,
    accountId: ACCOUNT,
    callerId: id,
    cognitoIdentity: null,
    principalOrgId: null,
    userArn: "arn" in principal ? principal.arn : "",
    userId: id,
  };
};

/** 403 unless the signature is right and IAM allows the call; else who calls, for the function. */
export const authorizeByIam = (exchange: Exchange, ground: IamGround): Verdict => {
  try {
    const caller = identify(exchange, ground);
    const need = { action: "execute-api:Invoke", resource: executeApiArn(exchange, exchange.path) };
    const decision = ground.iam.decide(caller.principal, need);
    if (!decision.allowed) throw refuse(decision.message);
    return { context: { iam: contextOf(caller, ground.iam) } };
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    const { api } = exchange.compiled;
    ground.report(`HTTP API ${api.owner}, ${exchange.route.RouteKey}: answered 403: ${error.code}: ${error.message}`);
    return { answer: failure(403) };
  }
};
