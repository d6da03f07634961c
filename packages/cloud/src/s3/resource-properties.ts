// The properties of AWS::S3::Bucket: CloudFormation's shapes into S3's own, unknown ones refused by name.
import { createHash } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import type { Properties } from "../cloudformation/resource-type.ts";
import { checkEncryption, checkOwnership, publicAccessBlock } from "./bucket-configuration.ts";
import { checkCorsRule, type CorsRule } from "./cors-rules.ts";
import type { Bucket } from "./model.ts";
import { readFilter } from "./notification.ts";
import type { NotificationConfiguration, NotificationRule } from "./notification-rules.ts";

const refuse = (path: string, why: string): AwsError => new AwsError("ValidationError", 400, `${path} ${why}`);

type Members = Readonly<Record<string, unknown>>;

/** An object that has no members but these. */
const members = (value: unknown, path: string, names: readonly string[]): Members => {
  if (value === undefined) return {};
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw refuse(path, "must be an object");
  const unknown = Object.keys(value).find((name) => !names.includes(name));
  if (unknown !== undefined) throw refuse(`${path}/${unknown}`, "is not supported by the embedded AWS; see SUPPORT.md");
  return value as Members; // checked
};

const entries = (value: unknown, path: string): readonly unknown[] => {
  if (value === undefined) return [];
  if (!Array.isArray(value)) throw refuse(path, "must be a list");
  return value as readonly unknown[]; // checked
};

/** Scalars of templates come as strings, numbers or booleans. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;

const texts = (value: unknown, path: string): readonly string[] =>
  entries(value, path).map((entry) => text(entry) ?? "");

const corsOf = (properties: Properties): readonly CorsRule[] | undefined => {
  const path = "CorsConfiguration";
  if (properties[path] === undefined) return undefined;
  const names = ["Id", "AllowedOrigins", "AllowedMethods", "AllowedHeaders", "ExposedHeaders", "MaxAge"];
  return entries(members(properties[path], path, ["CorsRules"])["CorsRules"], `${path}/CorsRules`).map((entry) => {
    const rule = members(entry, `${path}/CorsRules`, names);
    const [id, maxAge] = [text(rule["Id"]), text(rule["MaxAge"])];
    return checkCorsRule({
      ...(id !== undefined && { id }),
      allowedOrigins: texts(rule["AllowedOrigins"], `${path}/AllowedOrigins`),
      allowedMethods: texts(rule["AllowedMethods"], `${path}/AllowedMethods`),
      allowedHeaders: texts(rule["AllowedHeaders"], `${path}/AllowedHeaders`),
      exposeHeaders: texts(rule["ExposedHeaders"], `${path}/ExposedHeaders`),
      ...(maxAge !== undefined && { maxAgeSeconds: Number(maxAge) }),
    });
  });
};

const bucketKeyOf = (properties: Properties): boolean | undefined => {
  const path = "BucketEncryption";
  const list = "ServerSideEncryptionConfiguration";
  let enabled: boolean | undefined;
  for (const entry of entries(members(properties[path], path, [list])[list], `${path}/${list}`)) {
    const rule = members(entry, `${path}/${list}`, ["ServerSideEncryptionByDefault", "BucketKeyEnabled"]);
    const applied = members(rule["ServerSideEncryptionByDefault"], `${path}/ServerSideEncryptionByDefault`, [
      "SSEAlgorithm",
    ]);
    if (rule["ServerSideEncryptionByDefault"] !== undefined) checkEncryption(text(applied["SSEAlgorithm"]) ?? "");
    enabled = text(rule["BucketKeyEnabled"]) === "true";
  }
  return enabled;
};

const ownershipOf = (properties: Properties): string | undefined => {
  const path = "OwnershipControls";
  const [rule] = entries(members(properties[path], path, ["Rules"])["Rules"], `${path}/Rules`);
  const ownership = text(members(rule, `${path}/Rules`, ["ObjectOwnership"])["ObjectOwnership"]);
  return ownership === undefined ? undefined : checkOwnership(ownership);
};

const blockOf = (properties: Properties): Bucket["publicAccessBlock"] => {
  const path = "PublicAccessBlockConfiguration";
  if (properties[path] === undefined) return undefined;
  const names = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"];
  const flags = members(properties[path], path, names);
  return publicAccessBlock((name) => text(flags[name]) === "true");
};

const tagsOf = (properties: Properties): Bucket["tags"] => {
  const tags = entries(properties["Tags"], "Tags").map((entry) => members(entry, "Tags", ["Key", "Value"]));
  if (tags.length === 0) return undefined;
  return Object.fromEntries(tags.map((tag) => [text(tag["Key"]) ?? "", text(tag["Value"]) ?? ""]));
};

type Settings = {
  [K in "cors" | "bucketKeyEnabled" | "ownership" | "publicAccessBlock" | "tags"]: Bucket[K] | undefined;
};

/** Everything but name and notifications; throws naming the property that cannot be honoured. */
export const bucketSettings = (properties: Properties): Settings => {
  const versioning = members(properties["VersioningConfiguration"], "VersioningConfiguration", ["Status"]);
  if (text(versioning["Status"]) === "Enabled")
    throw refuse("VersioningConfiguration/Status", "Enabled is not supported by the embedded AWS; see SUPPORT.md");
  const acl = text(properties["AccessControl"]) ?? "Private";
  if (acl !== "Private") throw refuse("AccessControl", `${acl} is not supported: access control lists are off`);
  return {
    cors: corsOf(properties),
    bucketKeyEnabled: bucketKeyOf(properties),
    ownership: ownershipOf(properties),
    publicAccessBlock: blockOf(properties),
    tags: tagsOf(properties),
  };
};

const ruleOf = (entry: unknown): NotificationRule => {
  const path = "NotificationConfiguration/LambdaConfigurations";
  const rule = members(entry, path, ["Event", "Function", "Filter"]);
  const key = members(members(rule["Filter"], `${path}/Filter`, ["S3Key"])["S3Key"], `${path}/Filter/S3Key`, ["Rules"]);
  const filters = entries(key["Rules"], `${path}/Filter/S3Key/Rules`).map((filter) => {
    const { Name, Value } = members(filter, `${path}/Filter/S3Key/Rules`, ["Name", "Value"]);
    return { name: text(Name) ?? "", value: text(Value) ?? "" };
  });
  return {
    id: createHash("sha256").update(JSON.stringify(entry)).digest("hex").slice(0, 32), // CloudFormation has no Id here
    events: [text(rule["Event"]) ?? ""],
    ...readFilter(filters),
    targetArn: text(rule["Function"]) ?? "",
  };
};

/** Its notifications; queues, topics and EventBridge are refused by name. */
export const notificationOf = (properties: Properties): NotificationConfiguration => {
  const path = "NotificationConfiguration";
  const { LambdaConfigurations: list } = members(properties[path], path, ["LambdaConfigurations"]);
  return { functions: entries(list, `${path}/LambdaConfigurations`).map(ruleOf) };
};
