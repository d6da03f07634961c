// Lifecycle rules: their document, AWS's checks of it, and which objects a rule is about.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
import { createHash } from "node:crypto";
import { childOf, childrenOf, needText, onlyChildren, textOf, type Xml, type XmlNode } from "../protocols/rest-xml.ts";
import { invalidArgument, invalidRequest, s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { Setting } from "./settings.ts";

export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string;
  readonly days?: number;
  readonly noncurrentDays?: number;
  readonly abortDays?: number;
}

const wrong = (message: string): Error => s3Error("InvalidArgument", {}, message);

/** What can be done, and after how many days: the elements that say so. */
const ACTIONS = {
  days: ["Expiration", "Days"],
  noncurrentDays: ["NoncurrentVersionExpiration", "NoncurrentDays"],
  abortDays: ["AbortIncompleteMultipartUpload", "DaysAfterInitiation"],
} as const satisfies Partial<Record<keyof LifecycleRule, readonly [string, string]>>;

const readDays = (rule: XmlNode, [action, name]: readonly [string, string]): number | undefined => {
  const node = childOf(rule, action);
  if (node === undefined) return undefined;
  const text = needText(onlyChildren(node, [name]), name);
  const value = Number(text);
  if (Number.isInteger(value) && value > 0) return value;
  throw invalidArgument(name, text, `'${name}' for ${action} action must be a positive integer`);
};

const readRule = (node: XmlNode): LifecycleRule => {
  onlyChildren(node, ["ID", "Status", "Prefix", "Filter", ...Object.values(ACTIONS).map(([action]) => action)]);
  const [status, id] = [needText(node, "Status"), textOf(node, "ID")];
  const filter = childOf(node, "Filter");
  if ((status !== "Enabled" && status !== "Disabled") || (filter && childOf(node, "Prefix")))
    throw s3Error("MalformedXML");
  if (id !== undefined && id.length > 255) throw wrong("ID length should not exceed allowed limit of 255");
  const read = Object.entries(ACTIONS).map(([member, elements]) => [member, readDays(node, elements)] as const);
  const actions = Object.fromEntries(read.filter(([, days]) => days !== undefined));
  if (Object.keys(actions).length === 0) throw invalidRequest("At least one action needs to be specified in a rule");
  return {
    id: id || createHash("md5").update(JSON.stringify(node)).digest("hex"),
    enabled: status === "Enabled",
    prefix: textOf(filter ? onlyChildren(filter, ["Prefix"]) : node, "Prefix") ?? "",
    ...actions,
  };
};

const ruleXml = (rule: LifecycleRule): Xml => ({
  ID: rule.id,
  Filter: { Prefix: rule.prefix },
  Status: rule.enabled ? "Enabled" : "Disabled",
  Expiration: rule.days && { Days: rule.days },
  NoncurrentVersionExpiration: rule.noncurrentDays && { NoncurrentDays: rule.noncurrentDays },
  AbortIncompleteMultipartUpload: rule.abortDays && { DaysAfterInitiation: rule.abortDays },
});

/** Other actions and filters than these are refused by name: there are no storage classes to move to. */
export const lifecycle: Setting<readonly LifecycleRule[]> = {
  root: "LifecycleConfiguration",
  read: (node) => {
    const rules = childrenOf(onlyChildren(node, ["Rule"]), "Rule").map(readRule);
    if (rules.length === 0 || rules.length > S3_LIMITS.lifecycleRules) throw s3Error("MalformedXML");
    if (new Set(rules.map(({ id }) => id)).size < rules.length)
      throw wrong("Rule ID must be unique. Found same ID for more than one rule");
    return rules;
  },
  write: (rules) => ({ Rule: rules.map(ruleXml) }),
};

export const ruleCovers = ({ enabled, prefix }: LifecycleRule, { key }: { readonly key: string }): boolean =>
  enabled && key.startsWith(prefix);
