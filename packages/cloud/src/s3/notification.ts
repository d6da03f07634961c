// The notification configuration of a bucket, by the API and by CloudFormation.
import { randomUUID } from "node:crypto";
import { unsupported } from "../gateway/aws-error.ts";
import {
  childrenOf,
  needText,
  onlyChildren,
  parseXml,
  textOf,
  textsOf,
  type Xml,
  type XmlNode,
} from "../protocols/rest-xml.ts";
import { changeBucket } from "./bucket-configuration.ts";
import { invalidArgument, s3Error } from "./errors.ts";
import type { S3State } from "./model.ts";
import { checkNotification, type NotificationConfiguration, type NotificationRule } from "./notification-rules.ts";
import { readDocument } from "./receive.ts";
import { needBucket, type S3Action, xml } from "./request.ts";

/** Reads prefix and suffix from name-value pairs. */
export const readFilter = (
  rules: readonly { readonly name: string; readonly value: string }[],
): Pick<NotificationRule, "prefix" | "suffix"> => {
  const filter = { prefix: "", suffix: "" };
  const seen = new Set<string>();
  for (const { name, value } of rules) {
    const kind = name.toLowerCase();
    if ((kind !== "prefix" && kind !== "suffix") || seen.has(kind))
      throw invalidArgument("FilterRule.Name", name, "filter rule name must be either prefix or suffix");
    seen.add(kind);
    filter[kind] = value;
  }
  return filter;
};

const filterOf = (node: XmlNode): Pick<NotificationRule, "prefix" | "suffix"> => {
  const keys = childrenOf(node, "Filter").flatMap((filter) => childrenOf(onlyChildren(filter, ["S3Key"]), "S3Key"));
  const rules = keys.flatMap((key) => childrenOf(onlyChildren(key, ["FilterRule"]), "FilterRule"));
  return readFilter(rules.map((rule) => ({ name: needText(rule, "Name"), value: textOf(rule, "Value") ?? "" })));
};

const readConfiguration = (root: XmlNode): NotificationConfiguration => {
  const other = root.children.find(({ name }) => name !== "CloudFunctionConfiguration");
  if (other !== undefined) throw unsupported(`A bucket notification by <${other.name}>`);
  const functions = root.children.map((node): NotificationRule => {
    onlyChildren(node, ["Id", "Event", "Filter", "CloudFunction"]);
    return {
      id: textOf(node, "Id") || randomUUID(),
      events: textsOf(node, "Event"),
      ...filterOf(node),
      targetArn: needText(node, "CloudFunction"),
    };
  });
  return { functions };
};

const ruleXml = ({ id, events, prefix, suffix, targetArn }: NotificationRule): Xml => {
  const rules = [
    ...(prefix === "" ? [] : [{ Name: "Prefix", Value: prefix }]),
    ...(suffix === "" ? [] : [{ Name: "Suffix", Value: suffix }]),
  ];
  return {
    Id: id,
    CloudFunction: targetArn,
    Event: events,
    Filter: rules.length === 0 ? undefined : { S3Key: { FilterRule: rules } },
  };
};

/** Checks a configuration and its targets, then stores it. */
export const putNotification = (s3: S3State, bucket: string, configuration: NotificationConfiguration): void => {
  s3.targets.check(bucket, checkNotification(configuration));
  changeBucket(s3, bucket, { notification: configuration });
};

const GetBucketNotificationConfiguration: S3Action = (s3, { bucket }) => {
  const { notification } = needBucket(s3, bucket);
  return xml("NotificationConfiguration", { CloudFunctionConfiguration: notification?.functions.map(ruleXml) ?? [] });
};

const PutBucketNotificationConfiguration: S3Action = async (s3, request) => {
  needBucket(s3, request.bucket);
  const root = parseXml(await readDocument(request), "NotificationConfiguration");
  putNotification(s3, request.bucket, readConfiguration(root));
  return { status: 200 };
};

/** Before anything is connected there is nothing that could be notified. */
export const noTargets = (): S3State["targets"] => ({
  check: (_bucket, { functions: [rule] }) => {
    if (rule !== undefined)
      throw s3Error("InvalidArgument", {}, "Unable to validate the following destination configurations");
  },
});

export const notificationActions = {
  GetBucketNotificationConfiguration,
  PutBucketNotificationConfiguration,
} satisfies Readonly<Record<string, S3Action>>;
