// STS: who am I, and temporary keys of a role. Query protocol, version 2011-06-15.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Action, type Call, type Input, type Service } from "../gateway/service.ts";
import type { AccountIam, Ground } from "../ports.ts";
import { queryXml } from "../protocols/query-xml.ts";

const MIN_SECONDS = 900;
const DEFAULT_SECONDS = 3_600;

const invalid = (message: string): AwsError => new AwsError("ValidationError", 400, message);

/** An action that refuses parameters other than these by name. */
const only = (parameters: readonly string[], act: (call: Call) => unknown): Action => {
  const run = (call: Call): unknown => {
    const other = Object.keys(call.input).find((name) => !parameters.includes(name));
    if (other !== undefined) throw invalid(`The parameter ${other} is not supported by the embedded AWS`);
    return act(call);
  };
  return Object.assign(run, { parameters });
};

const required = (input: Input, name: string, pattern: RegExp): string => {
  const value = input[name];
  if (typeof value !== "string" || !pattern.test(value))
    throw invalid(
      `Value ${JSON.stringify(value ?? null)} at ${name} failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
    );
  return value;
};

/** Forms come here unsigned too. */
const signer = ({ principal }: Call) => {
  if (principal.kind === "developer" || principal.kind === "role") return principal;
  throw new AwsError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
};

const getCallerIdentity = (iam: AccountIam) => (call: Call) => {
  const principal = signer(call);
  return { UserId: iam.userId(principal), Account: ACCOUNT, Arn: principal.arn };
};

const durationOf = (input: Input, limit: number): number => {
  const seconds = Number(input["DurationSeconds"] ?? Math.min(DEFAULT_SECONDS, limit));
  if (!Number.isInteger(seconds) || seconds < MIN_SECONDS)
    throw invalid(`DurationSeconds must be a whole number of at least ${MIN_SECONDS}`);
  if (seconds > limit) throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  return seconds;
};

const assumeRole = (ground: Ground, iam: AccountIam) => (call: Call) => {
  const { input } = call;
  const principal = signer(call);
  const roleArn = required(input, "RoleArn", /^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/);
  const session = required(input, "RoleSessionName", /^[\w+=,.@-]{2,64}$/);
  const externalId = input["ExternalId"];
  const context = {
    "sts:RoleSessionName": session,
    ...(typeof externalId === "string" && { "sts:ExternalId": externalId }),
  };
  const decision = iam.mayAssume(principal, roleArn, context);
  if (!decision.allowed) throw new AwsError("AccessDenied", 403, decision.message);
  const expiresAt = ground.clock.now() + durationOf(input, iam.maxSessionSeconds(roleArn)) * 1_000;
  const keys = iam.mint(roleArn, session, expiresAt);
  const role = iam.principalOf(roleArn, session);
  return {
    Credentials: {
      AccessKeyId: keys.accessKeyId,
      SecretAccessKey: keys.secretAccessKey,
      SessionToken: keys.sessionToken,
      Expiration: new Date(expiresAt),
    },
    AssumedRoleUser: { AssumedRoleId: iam.userId(role), Arn: role.arn },
  };
};

/** Makes the account's STS. IAM is asked inside AssumeRole, because the trust policy must agree. */
export const createSts = (ground: Ground, iam: AccountIam): { readonly service: Service } => ({
  service: {
    name: "sts",
    protocol: queryXml("https://sts.amazonaws.com/doc/2011-06-15/"),
    actions: {
      GetCallerIdentity: only([], getCallerIdentity(iam)),
      AssumeRole: only(["RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId"], assumeRole(ground, iam)),
    },
    needs: () => [],
    types: {},
  },
});
