// STS: who am I, and temporary keys of a role. Query protocol, version 2011-06-15.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Call, type Input, type Service } from "../gateway/service.ts";
import type { AccountIam, Ground } from "../ports.ts";
import { queryXml } from "../protocols/query-xml.ts";

const MIN_SECONDS = 900;
const DEFAULT_SECONDS = 3_600;

const invalid = (message: string): AwsError => new AwsError("ValidationError", 400, message);

const only = (input: Input, names: readonly string[]): void => {
  for (const name of Object.keys(input))
    if (!names.includes(name)) throw invalid(`The parameter ${name} is not supported by the embedded AWS`);
};

const required = (input: Input, name: string, pattern: RegExp): string => {
  const value = input[name];
  if (typeof value !== "string" || !pattern.test(value))
    throw invalid(
      `Value ${JSON.stringify(value ?? null)} at ${name} failed to satisfy constraint: Member must satisfy regular expression pattern: ${pattern.source}`,
    );
  return value;
};

const getCallerIdentity = (iam: AccountIam) => (call: Call) => {
  only(call.input, []);
  const { principal } = call;
  if (principal.kind === "anonymous" || principal.kind === "service")
    throw new AwsError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
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
  const { input, principal } = call;
  only(input, ["RoleArn", "RoleSessionName", "DurationSeconds", "ExternalId"]);
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
    actions: { GetCallerIdentity: getCallerIdentity(iam), AssumeRole: assumeRole(ground, iam) },
    needs: () => [],
    types: {},
  },
});
