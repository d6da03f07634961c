// SQS: standard queues with visibility, delay, long polling, retention and dead-letter queues.
import { AwsError } from "../gateway/aws-error.ts";
import type { Service } from "../gateway/service.ts";
import type { AccountIam, Ground, Sqs } from "../ports.ts";
import { jsonProtocol } from "../protocols/json.ts";
import { deleteActions } from "./delete-message.ts";
import { noSuchQueue, queryErrorCode } from "./errors.ts";
import { readAttributes, readBody } from "./message.ts";
import { sqsNeeds } from "./needs.ts";
import { queueActions } from "./queue-actions.ts";
import { createQueues } from "./queues.ts";
import { receiveActions } from "./receive-message.ts";
import { queuePolicyType, queueType } from "./resources.ts";
import { createSend, sendActions } from "./send-message.ts";

/** The SQS of one cloud. */
export const createSqs = (
  ground: Ground,
  iam: Pick<AccountIam, "decide" | "userId">,
): Sqs & { readonly service: Service } => {
  const { clock } = ground;
  const queues = createQueues(ground);
  const send = createSend(queues, clock, iam.userId);
  const policyOf: Service["policyOf"] = (resource) => queues.findByArn(resource)?.policy;

  const deliver: Sqs["deliver"] = ({ principal, queueArn, body, attributes = {}, typedAttributes, context }) => {
    const need = { action: "sqs:SendMessage", resource: queueArn, ...(context && { context }) };
    const decision = iam.decide(principal, need, policyOf(queueArn));
    if (!decision.allowed) throw new AwsError("AccessDeniedException", 400, decision.message);
    const queue = queues.findByArn(queueArn);
    if (queue === undefined) throw noSuchQueue();
    const { AWSTraceHeader, ...strings } = attributes;
    const given = Object.entries(strings).filter(([, StringValue]) => StringValue !== "");
    const asAttributes = given.map(([name, StringValue]) => [name, { DataType: "String", StringValue }] as const);
    const message = {
      body: readBody(body),
      attributes: readAttributes({ ...Object.fromEntries(asAttributes), ...typedAttributes }),
      traceHeader: AWSTraceHeader,
    };
    send(queue, message, principal);
  };

  return {
    deliver,
    send: (principal, queueArn, body, attributes) =>
      deliver({ principal, queueArn, body, ...(attributes && { attributes }) }),
    service: {
      name: "sqs",
      protocol: jsonProtocol({ version: "1.0", prefix: "AmazonSQS", queryErrors: queryErrorCode }),
      actions: {
        ...queueActions(queues, clock),
        ...sendActions(queues, send),
        ...receiveActions(queues, clock),
        ...deleteActions(queues, clock),
      },
      needs: sqsNeeds(queues),
      policyOf,
      types: {
        "AWS::SQS::Queue": queueType(queues, clock),
        "AWS::SQS::QueuePolicy": queuePolicyType(queues, clock),
      },
    },
  };
};
