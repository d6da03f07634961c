// Notification configurations: one inner form for the API's XML and for CloudFormation, and S3's checks of it.
import { invalidArgument } from "./errors.ts";

export interface NotificationRule {
  readonly id: string;
  /** `s3:ObjectCreated:*`… */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  readonly targetArn: string;
}

export interface NotificationConfiguration {
  readonly functions: readonly NotificationRule[];
}

/** Events that this S3 can emit; the rest of AWS's list needs features that are not here. */
const EVENTS = [
  "s3:ObjectCreated:*",
  "s3:ObjectCreated:Put",
  "s3:ObjectCreated:Post",
  "s3:ObjectCreated:Copy",
  "s3:ObjectCreated:CompleteMultipartUpload",
  "s3:ObjectRemoved:*",
  "s3:ObjectRemoved:Delete",
];

/** Whether an event such as `ObjectCreated:Put` is what the rule asks for. */
export const wantsEvent = (rule: NotificationRule, eventName: string): boolean =>
  rule.events.some((wanted) =>
    wanted.endsWith("*") ? `s3:${eventName}`.startsWith(wanted.slice(0, -1)) : wanted === `s3:${eventName}`,
  );

export const wantsKey = ({ prefix, suffix }: NotificationRule, key: string): boolean =>
  key.startsWith(prefix) && key.endsWith(suffix);

const sharesEvent = (a: NotificationRule, b: NotificationRule): boolean =>
  a.events.some((event) => wantsEvent(b, event.slice(3))) || b.events.some((event) => wantsEvent(a, event.slice(3)));

/** Some key has both prefixes when one begins with the other; the same for suffixes from the end. */
const overlap = (a: NotificationRule, b: NotificationRule): boolean =>
  sharesEvent(a, b) &&
  (a.prefix.startsWith(b.prefix) || b.prefix.startsWith(a.prefix)) &&
  (a.suffix.endsWith(b.suffix) || b.suffix.endsWith(a.suffix));

/** Refuses unknown events, double ids and overlapping filters. */
export const checkNotification = (configuration: NotificationConfiguration): NotificationConfiguration => {
  const { functions: rules } = configuration;
  for (const [index, rule] of rules.entries()) {
    const event = rule.events.find((name) => !EVENTS.includes(name));
    if (event !== undefined || rule.events.length === 0)
      throw invalidArgument("Event", event ?? "", `The event ${event ?? "(none)"} is not supported for notifications`);
    for (const other of rules.slice(index + 1)) {
      if (other.id === rule.id)
        throw invalidArgument("Id", rule.id, "Same ID used for multiple configurations. IDs must be unique");
      if (overlap(rule, other))
        throw invalidArgument(
          "NotificationConfiguration",
          `${rule.id}, ${other.id}`,
          "Configurations overlap. Configurations on the same bucket cannot share a common event type.",
        );
    }
  }
  return configuration;
};
