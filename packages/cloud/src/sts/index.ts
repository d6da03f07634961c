// STS: who am I, and temporary keys of a role. Query protocol, version 2011-06-15.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Action, type Call, type Service } from "../gateway/service.ts";
import type { AccountIam, Ground } from "../ports.ts";
import { queryXml } from "../protocols/query-xml.ts";

const MIN_SECONDS = 900;
const DEFAULT_SECONDS = 3_600;

const invalid = (message: string): AwsError => new AwsError("ValidationError", 400, message);

/** Forms come here unsigned too. */
const signer = ({ principal }: Call) => {
  if (principal.kind === "developer" || principal.kind === "role") return principal;
  throw new AwsError("MissingAuthenticationToken", 403, "Request is missing Authentication Token");
};

const durationOf = (asked: string | undefined, limit: number): number => {
  const seconds = Number(asked ?? Math.min(DEFAULT_SECONDS, limit));
  if (!Number.isInteger(seconds) || seconds < MIN_SECONDS)
    throw invalid(`DurationSeconds must be a whole number of at least ${MIN_SECONDS}`);
  if (seconds > limit) throw invalid("The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
  return seconds;
};

const assumeEntries = {
  RoleArn: v.pipe(v.string(), v.regex(/^arn:aws:iam::\d{12}:role\/[\w+=,.@/-]+$/)),
  RoleSessionName: v.pipe(v.string(), v.regex(/^[\w+=,.@-]{2,64}$/)),
  DurationSeconds: v.optional(v.string()),
  ExternalId: v.optional(v.string()),
};

const stsActions = ({ clock }: Ground, iam: AccountIam): Readonly<Record<string, Action>> => {
  const action = honouring("ValidationError");
  return {
    GetCallerIdentity: action({}, (_input, call) => {
      const principal = signer(call);
      return { UserId: iam.userId(principal), Account: ACCOUNT, Arn: principal.arn };
    }),
    AssumeRole: action(assumeEntries, ({ RoleArn, RoleSessionName: session, DurationSeconds, ExternalId }, call) => {
      const context = {
        "sts:RoleSessionName": session,
        ...(ExternalId !== undefined && { "sts:ExternalId": ExternalId }),
      };
      const decision = iam.mayAssume(signer(call), RoleArn, context);
      if (!decision.allowed) throw new AwsError("AccessDenied", 403, decision.message);
      const expiresAt = clock.now() + durationOf(DurationSeconds, iam.maxSessionSeconds(RoleArn)) * 1_000;
      const { accessKeyId, secretAccessKey, sessionToken } = iam.mint(RoleArn, session, expiresAt);
      const role = iam.principalOf(RoleArn, session);
      return {
        Credentials: {
          AccessKeyId: accessKeyId,
          SecretAccessKey: secretAccessKey,
          SessionToken: sessionToken,
          Expiration: new Date(expiresAt),
        },
        AssumedRoleUser: { AssumedRoleId: iam.userId(role), Arn: role.arn },
      };
    }),
  };
};

/** Makes the account's STS. IAM is asked inside AssumeRole, because the trust policy must agree. */
export const createSts = (ground: Ground, iam: AccountIam): { readonly service: Service } => ({
  service: {
    name: "sts",
    protocol: queryXml("https://sts.amazonaws.com/doc/2011-06-15/"),
    actions: stsActions(ground, iam),
    needs: () => [],
    types: {},
  },
});
