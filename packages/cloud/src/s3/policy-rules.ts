// Bucket policies: what may be stored, which are public, and what applies to a request.
import { list } from "../iam/list.ts";
import { type PolicyDocument, type Statement, STATEMENT_MEMBERS } from "../iam/policy.ts";
import { s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import { bucketArn, type Bucket, type S3State } from "./model.ts";

const malformed = (message: string): Error => s3Error("MalformedPolicy", {}, message);

const checkStatement = (statement: Statement, bucket: string): void => {
  const unknown = Object.keys(statement).find((name) => !STATEMENT_MEMBERS.has(name));
  if (unknown !== undefined) throw malformed(`Unknown field ${unknown}`);
  if (!["Allow", "Deny"].includes(statement.Effect)) throw malformed(`Invalid effect: ${statement.Effect}`);
  if (statement.Principal === undefined && statement.NotPrincipal === undefined)
    throw malformed("Missing required field Principal");
  const actions = [...list(statement.Action), ...list(statement.NotAction)];
  if (actions.length === 0) throw malformed("Missing required field Action");
  if (!actions.every((action) => action === "*" || /^s3:/i.test(action))) throw malformed("Policy has invalid action");
  const resources = [...list(statement.Resource), ...list(statement.NotResource)];
  if (resources.length === 0) throw malformed("Missing required field Resource");
  const arn = bucketArn(bucket);
  if (!resources.every((resource) => resource === arn || resource.startsWith(`${arn}/`)))
    throw malformed("Policy has invalid resource");
};

const checkPolicy = (policy: unknown, bucket: string): PolicyDocument => {
  if (typeof policy !== "object" || policy === null || Array.isArray(policy)) throw s3Error("MalformedPolicy");
  const document = policy as PolicyDocument; // checked below
  const statements = list(document.Statement);
  if (statements.length === 0) throw malformed("Missing required field Statement");
  for (const statement of statements) checkStatement(statement, bucket);
  return document;
};

/** Parses a policy and checks it for this bucket as S3 does before it stores one. */
export const parsePolicy = (text: string, bucket: string): PolicyDocument => {
  if (text.length > S3_LIMITS.policyBytes) throw malformed("Policy exceeds the maximum allowed document size.");
  let policy: unknown;
  try {
    policy = JSON.parse(text);
  } catch {
    throw s3Error("MalformedPolicy");
  }
  return checkPolicy(policy, bucket);
};

/** Condition keys with fixed values that make a statement not public. */
const NARROWING =
  /^(aws:(Source(Arn|Account|Vpc|Vpce|Ip|OrgID|Owner)|Principal(Arn|Account|OrgID|OrgPaths)|userid)|s3:DataAccessPoint(Arn|Account))$/i;

/** Whether it allows everyone: AWS's meaning of "public", without the finer points of value ranges. */
const isPublicStatement = ({ Effect, Principal, NotPrincipal, Condition = {} }: Statement): boolean => {
  if (Effect !== "Allow") return false;
  const anyone =
    NotPrincipal !== undefined ||
    Principal === "*" ||
    (Principal !== undefined && list(Principal["AWS"]).includes("*"));
  return anyone && !Object.values(Condition).some((keys) => Object.keys(keys).some((key) => NARROWING.test(key)));
};

/** Throws when the bucket blocks public policies and this is one. */
export const checkPublicPolicy = (bucket: Bucket, policy: PolicyDocument): void => {
  if (!bucket.publicAccessBlock?.BlockPublicPolicy || !list(policy.Statement).some(isPublicStatement)) return;
  const message =
    `s3:PutBucketPolicy on resource: "${bucketArn(bucket.name)}" is not allowed ` +
    "because public policies are prevented by the BlockPublicPolicy setting in S3 Block Public Access.";
  throw s3Error("AccessDenied", {}, message);
};

/** Distinct policies kept in parsed form. */
const KEPT_POLICIES = 500;

/** The policy that counts for a resource ARN; public grants do not while the bucket restricts them. */
export const policyOf = (
  { buckets, policies }: Pick<S3State, "buckets" | "policies">,
  resource: string,
): PolicyDocument | undefined => {
  const name = /^arn:[^:]*:s3:::([^/*?]+)/.exec(resource)?.[1];
  const bucket = name === undefined ? undefined : buckets.get(name);
  if (bucket?.policy === undefined) return undefined;
  const restricted = bucket.publicAccessBlock?.RestrictPublicBuckets === true;
  const cacheKey = `${restricted} ${bucket.policy}`;
  const known = policies.get(cacheKey);
  if (known !== undefined) return known;
  const parsed = JSON.parse(bucket.policy) as PolicyDocument; // checked when it was put
  const statements = list(parsed.Statement).filter((statement) => !restricted || !isPublicStatement(statement));
  const policy = { ...parsed, Statement: statements };
  if (policies.size >= KEPT_POLICIES) policies.clear();
  policies.set(cacheKey, policy);
  return policy;
};
