// Bucket policies: what may be stored, which are public, and what applies to a request.
import * as v from "valibot";
import { list } from "../iam/list.ts";
import { type PolicyDocument, policySchema, readPolicy, type Statement } from "../iam/policy.ts";
import { s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import { bucketArn, type Bucket, type S3State } from "./model.ts";

const malformed = (message: string): Error => s3Error("MalformedPolicy", {}, message);

const checkStatement = ({ Action, NotAction, Resource, NotResource }: Statement, bucket: string): void => {
  if (!list(Action ?? NotAction).every((action) => action === "*" || /^s3:/i.test(action)))
    throw malformed("Policy has invalid action");
  const arn = bucketArn(bucket);
  if (!list(Resource ?? NotResource).every((resource) => resource === arn || resource.startsWith(`${arn}/`)))
    throw malformed("Policy has invalid resource");
};

/** Parses a policy and checks it for this bucket as S3 does before it stores one. */
export const parsePolicy = (text: string, bucket: string): PolicyDocument => {
  if (text.length > S3_LIMITS.policyBytes) throw malformed("Policy exceeds the maximum allowed document size.");
  const json = v.safeParse(v.pipe(v.string(), v.parseJson()), text);
  if (!json.success) throw s3Error("MalformedPolicy");
  const document = v.safeParse(policySchema("resource"), json.output);
  if (!document.success) throw malformed(document.issues[0].message);
  for (const statement of list<Statement>(document.output.Statement)) checkStatement(statement, bucket);
  return document.output;
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
  const parsed = readPolicy(bucket.policy);
  if (parsed === undefined) return undefined;
  const statements = list(parsed.Statement).filter((statement) => !restricted || !isPublicStatement(statement));
  const policy = { ...parsed, Statement: statements };
  if (policies.size >= KEPT_POLICIES) policies.clear();
  policies.set(cacheKey, policy);
  return policy;
};
