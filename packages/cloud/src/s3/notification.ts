// The notification configuration of a bucket, by the API and by CloudFormation.
import { createHash } from "node:crypto";
import { childrenOf, needText, onlyChildren, textOf, textsOf, type Xml, type XmlNode } from "../protocols/rest-xml.ts";
import { invalidArgument, s3Error } from "./errors.ts";
import type { CheckTargets, S3State } from "./model.ts";
import { checkRules, type NotificationConfiguration, type NotificationRule } from "./notification-rules.ts";
import { needBucket, type S3Action, xml } from "./request.ts";
import { changeBucket, readSetting, type Setting } from "./settings.ts";

/** Per element: the one that holds the ARN, and the service of that ARN. */
const TARGETS: Readonly<Record<string, readonly [string, string]>> = {
  CloudFunctionConfiguration: ["CloudFunction", "lambda"],
  QueueConfiguration: ["Queue", "sqs"],
  TopicConfiguration: ["Topic", "sns"],
};
const EVENT_BRIDGE = "EventBridgeConfiguration";

const readFilter = (node: XmlNode): Pick<NotificationRule, "prefix" | "suffix"> => {
  const keys = childrenOf(node, "Filter").flatMap((filter) => childrenOf(onlyChildren(filter, ["S3Key"]), "S3Key"));
  const filter = { prefix: "", suffix: "" };
  const seen = new Set<string>();
  for (const rule of keys.flatMap((key) => childrenOf(onlyChildren(key, ["FilterRule"]), "FilterRule"))) {
    const name = needText(onlyChildren(rule, ["Name", "Value"]), "Name");
    const kind = name.toLowerCase();
    if ((kind !== "prefix" && kind !== "suffix") || seen.has(kind))
      throw invalidArgument("FilterRule.Name", name, "filter rule name must be either prefix or suffix");
    seen.add(kind);
    filter[kind] = textOf(rule, "Value") ?? "";
  }
  return filter;
};

const readRule = (node: XmlNode): NotificationRule => {
  const [member = "", service] = TARGETS[node.name] ?? [];
  const targetArn = needText(onlyChildren(node, ["Id", "Event", "Filter", member]), member);
  if (targetArn.split(":")[2] !== service) throw invalidArgument(member, targetArn, "The ARN could not be parsed");
  return {
    id: textOf(node, "Id") || createHash("sha256").update(JSON.stringify(node)).digest("hex").slice(0, 32),
    events: textsOf(node, "Event"),
    ...readFilter(node),
    targetArn,
  };
};

const ruleXml = ({ id, events, prefix, suffix, targetArn }: NotificationRule, member: string): Xml => {
  const rules = [
    ...(prefix === "" ? [] : [{ Name: "Prefix", Value: prefix }]),
    ...(suffix === "" ? [] : [{ Name: "Suffix", Value: suffix }]),
  ];
  return {
    Id: id,
    [member]: targetArn,
    Event: events,
    Filter: rules.length === 0 ? undefined : { S3Key: { FilterRule: rules } },
  };
};

export const notification: Setting<NotificationConfiguration> = {
  root: "NotificationConfiguration",
  read: (node) => {
    onlyChildren(node, [...Object.keys(TARGETS), EVENT_BRIDGE]);
    const rules = node.children.filter(({ name }) => name !== EVENT_BRIDGE).map(readRule);
    checkRules(rules);
    const [bus] = childrenOf(node, EVENT_BRIDGE).map((child) => onlyChildren(child, ["EventBridgeEnabled"]));
    return { rules, eventBridge: bus !== undefined && textOf(bus, "EventBridgeEnabled") !== "false" };
  },
  write: ({ rules, eventBridge }) => {
    const written = Object.entries(TARGETS).map(([name, [member, service]]) => {
      const own = rules.filter(({ targetArn }) => targetArn.split(":")[2] === service);
      return [name, own.map((rule) => ruleXml(rule, member))] as const;
    });
    return { ...Object.fromEntries(written), [EVENT_BRIDGE]: eventBridge ? "" : undefined };
  },
};

/** Checks the targets of a configuration, then stores it. */
export const putNotification = (s3: S3State, bucket: string, configuration: NotificationConfiguration): void =>
  s3.ground.store.transaction(() => {
    s3.checkTargets(bucket, configuration);
    changeBucket(s3, bucket, { notification: configuration });
  });

const GetBucketNotificationConfiguration: S3Action = (s3, { bucket }) => {
  const { notification: configuration = { rules: [], eventBridge: false } } = needBucket(s3, bucket);
  return xml(notification.root, notification.write(configuration));
};

const PutBucketNotificationConfiguration: S3Action = async (s3, request) => {
  needBucket(s3, request.bucket);
  putNotification(s3, request.bucket, await readSetting(request, notification));
  return { status: 200 };
};

/** Before anything is connected there is nothing that could be notified. */
export const noTargets: CheckTargets = (_bucket, { rules: [rule] }) => {
  if (rule !== undefined)
    throw s3Error("InvalidArgument", {}, "Unable to validate the following destination configurations");
};

export const notificationActions = {
  GetBucketNotificationConfiguration,
  PutBucketNotificationConfiguration,
} satisfies Readonly<Record<string, S3Action>>;
