// The properties of AWS::S3::Bucket: CloudFormation's names and shapes into those of S3's documents, which are then read
// as the API reads them. What no document has is refused by name.
import type { Properties } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { XmlNode } from "../protocols/rest-xml.ts";
import { encryption, publicAccessBlock, tagging } from "./bucket-configuration.ts";
import { cors } from "./cors.ts";
import { lifecycle } from "./lifecycle-rules.ts";
import type { Bucket, Versioning } from "./model.ts";
import { notification } from "./notification.ts";
import type { NotificationConfiguration } from "./notification-rules.ts";
import type { Setting } from "./settings.ts";
import { versioning } from "./versioning.ts";

type Names = Readonly<Record<string, string>>;

/** Scalars of templates come as strings, numbers or booleans. */
export const text = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;

const isObject = (value: unknown): value is Properties =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** A list repeats its element, as in XML. */
const nodeOf = (name: string, value: unknown, names: Names): XmlNode => {
  if (!isObject(value)) return { name, text: text(value) ?? "", children: [] };
  const children = Object.entries(value).flatMap(([member, inner]) => {
    const entries: readonly unknown[] = Array.isArray(inner) ? inner : inner === undefined ? [] : [inner];
    return entries.map((entry) => nodeOf(names[member] ?? member, entry, names));
  });
  return { name, text: "", children };
};

/** Reads a property; a refusal names it. */
const read = <T>(property: string, value: unknown, setting: Setting<T>, names: Names = {}): T | undefined => {
  if (value === undefined) return undefined;
  try {
    return setting.read(nodeOf(setting.root, value, names));
  } catch (error) {
    if (!(error instanceof AwsError)) throw error;
    throw new AwsError(error.code, error.status, `${property}: ${error.message}`);
  }
};

const CORS_NAMES = {
  CorsRules: "CORSRule",
  Id: "ID",
  AllowedOrigins: "AllowedOrigin",
  AllowedMethods: "AllowedMethod",
  AllowedHeaders: "AllowedHeader",
  ExposedHeaders: "ExposeHeader",
  MaxAge: "MaxAgeSeconds",
};

const ENCRYPTION_NAMES = {
  ServerSideEncryptionConfiguration: "Rule",
  ServerSideEncryptionByDefault: "ApplyServerSideEncryptionByDefault",
};

const NOTIFICATION_NAMES = {
  LambdaConfigurations: "CloudFunctionConfiguration",
  QueueConfigurations: "QueueConfiguration",
  TopicConfigurations: "TopicConfiguration",
  Function: "CloudFunction",
  Rules: "FilterRule",
};

const lifecycleRule = (rule: unknown): unknown => {
  if (!isObject(rule)) return rule;
  const { ExpirationInDays: Days, NoncurrentVersionExpirationInDays: NoncurrentDays, ...same } = rule;
  return {
    ...same,
    ...(Days !== undefined && { Expiration: { Days } }),
    ...(NoncurrentDays !== undefined && { NoncurrentVersionExpiration: { NoncurrentDays } }),
  };
};

/** No rules are no configuration. */
const lifecycleOf = (value: unknown): unknown => {
  const rules: unknown = isObject(value) ? value["Rules"] : undefined;
  if (!Array.isArray(rules)) return value;
  return rules.length === 0 ? undefined : { ...(value as Properties), Rules: rules.map(lifecycleRule) }; // it has rules
};

type Settings = {
  [K in "cors" | "lifecycle" | "bucketKeyEnabled" | "publicAccessBlock" | "tags"]: Bucket[K] | undefined;
};

/** Everything but name, versioning and notifications; throws naming the property that cannot be honoured. */
export const bucketSettings = (properties: Properties): Settings => {
  const acl = text(properties["AccessControl"]) ?? "Private";
  if (acl !== "Private")
    throw new AwsError("ValidationError", 400, `AccessControl ${acl} is not supported: access control lists are off`);
  const of = <T>(property: string, setting: Setting<T>, names?: Names): T | undefined =>
    read(property, properties[property], setting, names);
  const tags = properties["Tags"] && { TagSet: { Tag: properties["Tags"] } };
  return {
    cors: of("CorsConfiguration", cors, CORS_NAMES),
    lifecycle: read("LifecycleConfiguration", lifecycleOf(properties["LifecycleConfiguration"]), lifecycle, {
      Rules: "Rule",
      Id: "ID",
    }),
    bucketKeyEnabled: of("BucketEncryption", encryption, ENCRYPTION_NAMES),
    publicAccessBlock: of("PublicAccessBlockConfiguration", publicAccessBlock),
    tags: read("Tags", tags, tagging),
  };
};

export const versioningOf = (properties: Properties): Versioning | undefined =>
  read("VersioningConfiguration", properties["VersioningConfiguration"], versioning);

export const notificationOf = (properties: Properties): NotificationConfiguration =>
  read("NotificationConfiguration", properties["NotificationConfiguration"], notification, NOTIFICATION_NAMES) ?? {
    rules: [],
    eventBridge: false,
  };
