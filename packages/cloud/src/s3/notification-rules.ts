// Notification configurations: which events of which keys go where, and S3's checks of that.
import { invalidArgument } from "./errors.ts";

export interface NotificationRule {
  readonly id: string;
  /** `s3:ObjectCreated:*`… */
  readonly events: readonly string[];
  readonly prefix: string;
  readonly suffix: string;
  /** A function, queue or topic. */
  readonly targetArn: string;
}

export interface NotificationConfiguration {
  readonly rules: readonly NotificationRule[];
  /** Whether every event goes to the default event bus, too. */
  readonly eventBridge: boolean;
}

const KINDS = {
  ObjectCreated: ["*", "Put", "Post", "Copy", "CompleteMultipartUpload"],
  ObjectRemoved: ["*", "Delete", "DeleteMarkerCreated"],
  LifecycleExpiration: ["*", "Delete", "DeleteMarkerCreated"],
  ObjectTagging: ["*", "Put", "Delete"],
};

/** Events that this S3 can emit; the rest of AWS's list needs features that are not here. */
const EVENTS = new Set(Object.entries(KINDS).flatMap(([kind, ways]) => ways.map((way) => `s3:${kind}:${way}`)));

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

/** Refuses unknown events, FIFO targets, double ids and overlapping filters. */
export const checkRules = (rules: readonly NotificationRule[]): void => {
  for (const [index, rule] of rules.entries()) {
    const event = rule.events.find((name) => !EVENTS.has(name));
    if (event !== undefined || rule.events.length === 0)
      throw invalidArgument("Event", event ?? "", `The event ${event ?? "(none)"} is not supported for notifications`);
    if (rule.targetArn.endsWith(".fifo"))
      throw invalidArgument("Arn", rule.targetArn, "FIFO queues and topics cannot be notified by S3"); // (u) the words
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
};
