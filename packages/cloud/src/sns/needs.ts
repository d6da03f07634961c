// What IAM must allow for each request: the action on the topic, whichever of its subscriptions is named.
import type { Call, Need } from "../gateway/service.ts";
import { topicArn } from "./topics.ts";

const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

/** The part of a subscription's ARN that is its topic's. */
const topicOf = (arn: string | undefined): string | undefined => arn?.split(":").slice(0, 6).join(":");

export const snsNeeds = ({
  action,
  input,
  request,
  region,
}: Pick<Call, "action" | "input" | "request" | "region">): readonly Need[] => {
  // The token, or the link, that only the subscriber has is the permission.
  if (action === "ConfirmSubscription") return [];
  const signed = request.headers["authorization"] !== undefined || request.query.has("X-Amz-Signature");
  if (action === "Unsubscribe" && !signed) return [];
  const name = textOf(input["Name"]);
  const resource =
    textOf(input["TopicArn"]) ??
    textOf(input["TargetArn"]) ??
    textOf(input["ResourceArn"]) ??
    topicOf(textOf(input["SubscriptionArn"])) ??
    (name === undefined ? "*" : topicArn(region, name));
  const protocol = textOf(input["Protocol"]);
  const endpoint = textOf(input["Endpoint"]);
  const context = {
    ...(protocol !== undefined && { "sns:Protocol": protocol }),
    ...(endpoint !== undefined && { "sns:Endpoint": endpoint }),
  };
  return [{ action: `sns:${action.replace(/Batch$/, "")}`, resource, context }];
};
