// SQS: standard and FIFO queues with visibility, delay, long polling, retention, dead-letter queues and their redrive.
import type { MetricPoint } from "../bus/bus.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Service } from "../gateway/service.ts";
import type { AccountIam, Ground, Sqs } from "../ports.ts";
import { either } from "../protocols/either.ts";
import { jsonProtocol } from "../protocols/json.ts";
import { createDeduplication } from "./deduplication.ts";
import { deleteActions } from "./delete-message.ts";
import { noSuchQueue, queryErrorCode } from "./errors.ts";
import { readAttributes, readBody } from "./message.ts";
import { createMetrics, queueGauges, queueStatus, type QueueStatus } from "./metrics.ts";
import { createMoveTasks } from "./move-tasks.ts";
import { sqsNeeds } from "./needs.ts";
import type { SqsParts } from "./parts.ts";
import { sqsQuery } from "./query.ts";
import { queueActions } from "./queue-actions.ts";
import { createQueues } from "./queues.ts";
import { createTake } from "./receive.ts";
import { receiveActions } from "./receive-message.ts";
import { queuePolicyType, queueType } from "./resources.ts";
import { createSend, sendActions } from "./send-message.ts";
import { createSource, type QueueSource } from "./source.ts";

export type { QueueMessage, QueueSource } from "./source.ts";
export type { QueueStatus } from "./metrics.ts";

export interface SqsService extends Sqs {
  readonly service: Service;
  /** For event source mappings. */
  readonly source: QueueSource;
  /** What CloudWatch asks each queue for. */
  readonly gauges: () => readonly MetricPoint[];
  readonly status: () => readonly QueueStatus[];
  /** Continues message move tasks. */
  readonly start: () => void;
}

const createDeliver = ({ queues, ...parts }: SqsParts, iam: Pick<AccountIam, "decide" | "userId">): Sqs["deliver"] => {
  const send = createSend({ queues, ...parts }, iam.userId);
  return ({
    principal,
    queueArn,
    body,
    attributes = {},
    typedAttributes,
    context,
    messageGroupId,
    deduplicationId,
  }) => {
    const need = { action: "sqs:SendMessage", resource: queueArn, ...(context && { context }) };
    const queue = queues.findByArn(queueArn); // a service is told that there is none before it is asked for its rights
    if (queue === undefined) throw noSuchQueue();
    const decision = iam.decide(principal, need, queue.policy);
    if (!decision.allowed) throw new AwsError("AccessDeniedException", 400, decision.message);
    const { AWSTraceHeader, ...strings } = attributes;
    const given = Object.entries(strings).filter(([, StringValue]) => StringValue !== "");
    const asAttributes = given.map(([name, StringValue]) => [name, { DataType: "String", StringValue }] as const);
    const message = {
      body: readBody(body),
      attributes: readAttributes({ ...Object.fromEntries(asAttributes), ...typedAttributes }),
      traceHeader: AWSTraceHeader,
      groupId: messageGroupId,
      deduplicationId,
    };
    send(queue, message, principal);
  };
};

/** The SQS of one cloud. */
export const createSqs = (ground: Ground, iam: Pick<AccountIam, "decide" | "userId">): SqsService => {
  const { clock } = ground;
  const queues = createQueues(ground);
  const parts: SqsParts = {
    ground,
    queues,
    deduplication: createDeduplication(ground),
    metric: createMetrics(ground),
  };
  const take = createTake(parts);
  const moveTasks = createMoveTasks(parts);
  const json = jsonProtocol({ version: "1.0", prefix: "AmazonSQS", queryErrors: queryErrorCode });

  return {
    deliver: createDeliver(parts, iam),
    source: createSource(parts, take),
    gauges: () => queueGauges(queues, clock.now()),
    status: () => queueStatus(queues, clock.now()),
    start: moveTasks.start,
    service: {
      name: "sqs",
      protocol: either(({ headers }) => (headers["x-amz-target"] === undefined ? sqsQuery : json), json),
      actions: {
        ...queueActions(queues, clock),
        ...sendActions(parts, createSend(parts, iam.userId)),
        ...receiveActions(parts, take),
        ...deleteActions(parts),
        ...moveTasks.actions,
      },
      needs: sqsNeeds(queues),
      policyOf: (resource) => queues.findByArn(resource)?.policy,
      types: {
        "AWS::SQS::Queue": queueType(queues, clock),
        "AWS::SQS::QueuePolicy": queuePolicyType(queues, clock),
      },
    },
  };
};
