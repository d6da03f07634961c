// Tags: the header `x-amz-tagging`, the XML of tag sets, and AWS's limits.
import { needText, onlyChild, onlyChildren, type Xml, type XmlNode } from "../protocols/rest-xml.ts";
import { s3Error } from "./errors.ts";
import { S3_LIMITS } from "./limits.ts";
import type { Tags } from "./model.ts";

const collect = (pairs: Iterable<readonly [string, string]>, limit: number): Tags => {
  const tags: Record<string, string> = {};
  for (const [key, value] of pairs) {
    if (Object.hasOwn(tags, key))
      throw s3Error("InvalidTag", { TagKey: key }, "Cannot provide multiple Tags with the same key");
    if (key === "" || key.length > 128)
      throw s3Error("InvalidTag", { TagKey: key }, "The TagKey you have provided is invalid");
    if (value.length > 256) throw s3Error("InvalidTag", { TagKey: key }, "The TagValue you have provided is invalid");
    tags[key] = value;
  }
  if (Object.keys(tags).length > limit) throw s3Error("BadRequest", {}, `Object tags cannot be greater than ${limit}`);
  return tags;
};

/** `a=1&b=2`, URL-encoded. */
export const parseTagHeader = (value: string): Tags =>
  value === "" ? {} : collect(new URLSearchParams(value), S3_LIMITS.objectTags);

/** The `<TagSet>` within this element. */
export const parseTagSet = (node: XmlNode, limit: number): Tags => {
  const tags = onlyChildren(onlyChild(node, "TagSet"), ["Tag"]).children;
  const pairs = tags.map((tag) => {
    onlyChildren(tag, ["Key", "Value"]);
    return [needText(tag, "Key"), needText(tag, "Value")] as const;
  });
  return collect(pairs, limit);
};

export const tagSetXml = (tags: Tags): Xml => ({
  TagSet: { Tag: Object.entries(tags).map(([Key, Value]) => ({ Key, Value })) },
});
