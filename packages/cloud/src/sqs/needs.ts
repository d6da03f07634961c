// What IAM must allow for each request: batches need the single action, as on AWS.
import type { Call, Need } from "../gateway/service.ts";
import { nameInUrl, textOf } from "./parameters.ts";
import { queueArn, type Queues } from "./queues.ts";

/** A move task takes messages out of one queue and sends them to others. */
const moveNeeds = (action: string, sourceArn: string, targets: readonly string[]): readonly Need[] => [
  ...[action, "sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"].map((each) => ({
    action: each,
    resource: sourceArn,
  })),
  ...targets.map((resource) => ({ action: "sqs:SendMessage", resource })),
];

/** The source queue that the handle of a move task names. */
export const sourceInHandle = (handle: string): string =>
  /"sourceArn":"([^"]+)"/.exec(Buffer.from(handle, "base64").toString("utf8"))?.[1] ?? "*";

/** What IAM must allow for an SQS call. */
export const sqsNeeds =
  (queues: Queues) =>
  ({ action, input, region }: Pick<Call, "action" | "input" | "region">): readonly Need[] => {
    const single = `sqs:${action.replace(/Batch$/, "")}`;
    const sourceArn = textOf(input["SourceArn"]);
    if (action === "ListQueues") return [{ action: single, resource: "*" }];
    if (action === "StartMessageMoveTask") {
      const destinationArn = textOf(input["DestinationArn"]);
      const sources = queues.list().filter(({ redrive }) => redrive?.deadLetterTargetArn === sourceArn);
      return moveNeeds(single, sourceArn, destinationArn === "" ? sources.map(({ arn }) => arn) : [destinationArn]);
    }
    if (action === "ListMessageMoveTasks") return [{ action: single, resource: sourceArn }];
    if (action === "CancelMessageMoveTask")
      return [{ action: single, resource: sourceInHandle(textOf(input["TaskHandle"])) }];
    const name = typeof input["QueueName"] === "string" ? input["QueueName"] : nameInUrl(input["QueueUrl"]);
    return [{ action: single, resource: queues.find(name)?.arn ?? queueArn(region, name) }];
  };
