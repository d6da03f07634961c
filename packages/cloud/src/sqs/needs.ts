// What IAM must allow for each request: batches need the single action, as on AWS.
import type { Call, Need } from "../gateway/service.ts";
import { nameInUrl } from "./parameters.ts";
import { queueArn, type Queues } from "./queues.ts";

/** What IAM must allow for an SQS call. */
export const sqsNeeds =
  (queues: Queues) =>
  ({ action, input, region }: Pick<Call, "action" | "input" | "region">): readonly Need[] => {
    const single = `sqs:${action.replace(/Batch$/, "")}`;
    if (action === "ListQueues") return [{ action: single, resource: "*" }];
    const name = typeof input["QueueName"] === "string" ? input["QueueName"] : nameInUrl(input["QueueUrl"]);
    return [{ action: single, resource: queues.find(name)?.arn ?? queueArn(region, name) }];
  };
