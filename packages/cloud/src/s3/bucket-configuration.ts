// What a bucket keeps: encryption, public access block, tags.
import { unsupported } from "../gateway/aws-error.ts";
import { childOf, onlyChild, onlyChildren, textOf } from "../protocols/rest-xml.ts";
import { S3_LIMITS } from "./limits.ts";
import type { PublicAccessBlock, Tags } from "./model.ts";
import type { S3Action } from "./request.ts";
import { type Setting, settingActions } from "./settings.ts";
import { parseTagSet, tagSetXml } from "./tags.ts";

/** Only AES256, which is what AWS does by itself: keys of KMS are not here. Kept is whether bucket keys are enabled. */
export const encryption: Setting<boolean> = {
  root: "ServerSideEncryptionConfiguration",
  read: (node) => {
    const rule = onlyChildren(onlyChild(node, "Rule"), ["ApplyServerSideEncryptionByDefault", "BucketKeyEnabled"]);
    const applied = childOf(rule, "ApplyServerSideEncryptionByDefault");
    const algorithm = applied && textOf(onlyChildren(applied, ["SSEAlgorithm"]), "SSEAlgorithm");
    if (applied !== undefined && algorithm !== "AES256")
      throw unsupported(`Bucket encryption with SSEAlgorithm ${algorithm}`);
    return textOf(rule, "BucketKeyEnabled") === "true";
  },
  write: (BucketKeyEnabled) => ({
    Rule: { ApplyServerSideEncryptionByDefault: { SSEAlgorithm: "AES256" }, BucketKeyEnabled },
  }),
};

const FLAGS = ["BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"] as const;

/** Members that are not given are false. */
export const publicAccessBlock: Setting<PublicAccessBlock> = {
  root: "PublicAccessBlockConfiguration",
  read: (node) => {
    const flags = FLAGS.map((name) => [name, textOf(onlyChildren(node, FLAGS), name) === "true"]);
    return Object.fromEntries(flags) as PublicAccessBlock; // has all flags
  },
  write: (block) => ({ ...block }),
};

export const tagging: Setting<Tags> = {
  root: "Tagging",
  read: (node) => parseTagSet(node, S3_LIMITS.bucketTags),
  write: tagSetXml,
};

export const bucketConfigurationActions: Readonly<Record<string, S3Action>> = {
  ...settingActions(["bucketKeyEnabled", "BucketEncryption"], encryption, { value: false }),
  ...settingActions(
    ["publicAccessBlock", "PublicAccessBlock"],
    publicAccessBlock,
    "NoSuchPublicAccessBlockConfiguration",
  ),
  ...settingActions(["tags", "BucketTagging"], tagging, "NoSuchTagSet"),
};
