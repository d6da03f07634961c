// SNS: topics, subscriptions with filter policies, retries and dead-letter queues.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Principal, type Service } from "../gateway/service.ts";
import type { PolicyDocument } from "../iam/policy.ts";
import type { AccountIam, Deliver, Delivery, Ground, OutboxMessage } from "../ports.ts";
import { queryXml } from "../protocols/query-xml.ts";
import { snsNeeds } from "./needs.ts";
import { createNotifier } from "./notify.ts";
import { createPublish, publishActions } from "./publish.ts";
import { subscriptionType, topicPolicyType, topicType } from "./resources.ts";
import { createSubscribe, subscriptionActions } from "./subscription-actions.ts";
import { topicActions } from "./topic-actions.ts";
import { createTopics } from "./topics.ts";

export interface SnsPorts {
  readonly iam: Pick<AccountIam, "decide">;
  readonly deliver: Deliver;
}

export interface SnsService {
  readonly service: Service;
  readonly deliver: (delivery: Delivery) => void;
  /** E-mails and text messages that would have left AWS. */
  readonly outbox: () => readonly OutboxMessage[];
  readonly start: () => void;
  readonly close: () => void;
}

/** The policy that AWS gives a topic without one lets the account's alarms in (AWS:SourceOwner), but no other service. (u) */
const isOwnAlarm = (principal: Principal, policy: PolicyDocument | undefined): boolean =>
  policy === undefined && principal.kind === "service" && principal.name === "cloudwatch.amazonaws.com";

/** The SNS of one cloud. */
export const createSns = (ground: Ground, { iam, deliver }: SnsPorts): SnsService => {
  const topics = createTopics(ground);
  const notifier = createNotifier(ground, topics, deliver);
  const publish = createPublish(ground, topics, notifier);
  const subscribe = createSubscribe(ground, topics, notifier);
  const policyOf: Service["policyOf"] = (resource) => topics.find(resource)?.policy;

  return {
    deliver: ({ principal, targetArn, sourceArn, body, subject, attributes = {}, traceId, ...ids }) => {
      // Who has no rights of its own is told that a topic is missing, not that its policy lets nobody in.
      if (principal.kind === "service") topics.get(targetArn);
      const policy = policyOf(targetArn);
      const context = { "aws:SourceArn": sourceArn, "aws:SourceAccount": ACCOUNT };
      const need = { action: "sns:Publish", resource: targetArn, context };
      const decision = isOwnAlarm(principal, policy) ? { allowed: true as const } : iam.decide(principal, need, policy);
      if (!decision.allowed) throw new AwsError("AuthorizationError", 403, decision.message);
      const typed = Object.entries(attributes).filter(([, text]) => text !== "");
      const message = {
        Message: body,
        Subject: subject,
        MessageAttributes: Object.fromEntries(
          typed.map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
        ),
        MessageGroupId: ids.messageGroupId,
        MessageDeduplicationId: ids.deduplicationId,
      };
      publish(topics.get(targetArn), message, traceId);
    },
    outbox: notifier.outbox,
    start: notifier.start,
    close: notifier.close,
    service: {
      name: "sns",
      protocol: queryXml("http://sns.amazonaws.com/doc/2010-03-31/"),
      actions: {
        ...topicActions(topics),
        ...subscriptionActions(topics, subscribe),
        ...publishActions(ground, topics, publish),
      },
      needs: snsNeeds,
      policyOf,
      types: {
        "AWS::SNS::Topic": topicType(topics, subscribe),
        "AWS::SNS::Subscription": subscriptionType(topics, subscribe),
        "AWS::SNS::TopicPolicy": topicPolicyType(topics),
      },
    },
  };
};
