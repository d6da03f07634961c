// Lifecycle rules: their document, AWS's checks of it, and what a rule says of an object.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutBucketLifecycleConfiguration.html
import { createHash } from "node:crypto";
import { DAY_MS } from "../clock/daily.ts";
import { childOf, childrenOf, needText, onlyChildren, textOf, type Xml, type XmlNode } from "../protocols/rest-xml.ts";
import { invalidArgument, invalidRequest, s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { StoredObject, Tags } from "./model.ts";
import type { Setting } from "./settings.ts";
import { readTags } from "./tags.ts";

export interface LifecycleRule {
  readonly id: string;
  readonly enabled: boolean;
  readonly prefix: string;
  readonly tags: Tags;
  readonly largerThan?: number;
  readonly smallerThan?: number;
  readonly days?: number;
  /** Ms, at midnight UTC. */
  readonly date?: number;
  /** Delete markers that hide nothing any more go. */
  readonly expiredMarkers?: boolean;
  readonly noncurrentDays?: number;
  /** Of the noncurrent versions, as many of the newest stay. */
  readonly newerNoncurrent?: number;
  readonly abortDays?: number;
}

const wrong = (message: string): Error => s3Error("InvalidArgument", {}, message);

/** A whole number from 1 (`least`) on. */
const numberIn = (node: XmlNode | undefined, name: string, least = 1): number | undefined => {
  const text = node && textOf(node, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  if (Number.isInteger(value) && value >= least && text !== "") return value;
  throw invalidArgument(name, text, `'${name}' for ${node?.name} action must be a positive integer`);
};

const FILTER = ["Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan"];

const readFilter = (rule: XmlNode) => {
  const outer = childOf(rule, "Filter");
  const filter = (outer && childOf(onlyChildren(outer, [...FILTER, "And"]), "And")) ?? outer;
  if (filter !== undefined && filter !== outer) onlyChildren(filter, FILTER);
  const largerThan = numberIn(filter, "ObjectSizeGreaterThan", 0);
  const smallerThan = numberIn(filter, "ObjectSizeLessThan");
  if ((filter && filter === outer && filter.children.length > 1) || (outer && childOf(rule, "Prefix")))
    throw s3Error("MalformedXML");
  return {
    prefix: textOf(filter ?? rule, "Prefix") ?? "",
    tags: filter === undefined ? {} : readTags(childrenOf(filter, "Tag"), S3_LIMITS.objectTags),
    ...(largerThan !== undefined && { largerThan }),
    ...(smallerThan !== undefined && { smallerThan }),
  };
};

const readExpiration = (node: XmlNode | undefined) => {
  if (node === undefined) return {};
  if (onlyChildren(node, ["Days", "Date", "ExpiredObjectDeleteMarker"]).children.length !== 1)
    throw s3Error("MalformedXML");
  const [days, text] = [numberIn(node, "Days"), textOf(node, "Date")];
  if (days !== undefined) return { days };
  if (text === undefined) return { expiredMarkers: textOf(node, "ExpiredObjectDeleteMarker") === "true" };
  const date = Date.parse(text);
  if (Number.isNaN(date)) throw s3Error("MalformedXML");
  if (date % DAY_MS !== 0) throw wrong("'Date' must be at midnight GMT");
  return { date };
};

const MEMBERS = ["ID", "Status", "Prefix", "Filter", "Expiration"];
const ACTIONS = ["NoncurrentVersionExpiration", "AbortIncompleteMultipartUpload"];

const readRule = (node: XmlNode): LifecycleRule => {
  const [status, id] = [needText(onlyChildren(node, [...MEMBERS, ...ACTIONS]), "Status"), textOf(node, "ID")];
  if (status !== "Enabled" && status !== "Disabled") throw s3Error("MalformedXML");
  if (id !== undefined && id.length > 255) throw wrong("ID length should not exceed allowed limit of 255");
  const [noncurrent, abort] = ACTIONS.map((name) => childOf(node, name));
  if (noncurrent) onlyChildren(noncurrent, ["NoncurrentDays", "NewerNoncurrentVersions"]);
  if (abort) onlyChildren(abort, ["DaysAfterInitiation"]);
  const noncurrentDays = numberIn(noncurrent, "NoncurrentDays");
  const newerNoncurrent = numberIn(noncurrent, "NewerNoncurrentVersions");
  const abortDays = numberIn(abort, "DaysAfterInitiation");
  const expiration = readExpiration(childOf(node, "Expiration"));
  const filter = readFilter(node);
  const sized = filter.largerThan !== undefined || filter.smallerThan !== undefined;
  if (Object.keys(expiration).length === 0 && noncurrentDays === undefined && abortDays === undefined)
    throw invalidRequest("At least one action needs to be specified in a rule");
  if ((abort || "expiredMarkers" in expiration) && (sized || Object.keys(filter.tags).length > 0))
    throw invalidRequest(`${abort?.name ?? "ExpiredObjectDeleteMarker"} cannot be specified with Tags.`);
  return {
    id: id || createHash("md5").update(JSON.stringify(node)).digest("hex"),
    enabled: status === "Enabled",
    ...filter,
    ...expiration,
    ...(noncurrentDays !== undefined && { noncurrentDays }),
    ...(newerNoncurrent !== undefined && { newerNoncurrent }),
    ...(abortDays !== undefined && { abortDays }),
  };
};

const filterXml = ({ prefix, tags, largerThan, smallerThan }: LifecycleRule): Xml => {
  const Tag = Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
  const sizes = { ObjectSizeGreaterThan: largerThan, ObjectSizeLessThan: smallerThan };
  const many = Tag.length + [prefix || undefined, largerThan, smallerThan].filter((part) => part !== undefined).length;
  if (many > 1) return { And: { Prefix: prefix || undefined, Tag, ...sizes } };
  return { Prefix: prefix !== "" || many === 0 ? prefix : undefined, Tag, ...sizes };
};

const ruleXml = (rule: LifecycleRule): Xml => {
  const { days, date, expiredMarkers, noncurrentDays, newerNoncurrent, abortDays } = rule;
  const when = { Days: days, Date: date && new Date(date).toISOString(), ExpiredObjectDeleteMarker: expiredMarkers };
  const expires = days !== undefined || date !== undefined || expiredMarkers !== undefined;
  return {
    ID: rule.id,
    Filter: filterXml(rule),
    Status: rule.enabled ? "Enabled" : "Disabled",
    Expiration: expires ? when : undefined,
    NoncurrentVersionExpiration:
      noncurrentDays === undefined
        ? undefined
        : { NoncurrentDays: noncurrentDays, NewerNoncurrentVersions: newerNoncurrent },
    AbortIncompleteMultipartUpload: abortDays === undefined ? undefined : { DaysAfterInitiation: abortDays },
  };
};

/** Transitions are refused by name: there are no other storage classes to move to. */
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

/** Whether the rule is about this object, by its key, tags and size. */
export const ruleCovers = (
  { enabled, prefix, tags, largerThan, smallerThan }: LifecycleRule,
  object: Pick<StoredObject, "key" | "tags" | "sizeBytes">,
): boolean =>
  enabled &&
  object.key.startsWith(prefix) &&
  Object.entries(tags).every(([name, value]) => object.tags[name] === value) &&
  (largerThan === undefined || object.sizeBytes > largerThan) &&
  (smallerThan === undefined || object.sizeBytes < smallerThan);
