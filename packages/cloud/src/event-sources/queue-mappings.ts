// SQS → Lambda: reads queues for the functions that are mapped to them. Nothing polls: a mapping is woken by the bus when
// a message is there, and by its own end of a batch.
import { AwsError } from "../gateway/aws-error.ts";
import type { Ground, Iam, Lambda, Mapping } from "../ports.ts";
import type { LambdaService } from "../lambda/index.ts";
import type { SqsService } from "../sqs/index.ts";
import { createQueueReader, type QueueReader } from "./queue-reader.ts";

export interface QueueMappingPorts {
  readonly lambda: Pick<Lambda, "mappings" | "invoke" | "principalOf"> & Pick<LambdaService, "checkMappings">;
  readonly sqs: Pick<SqsService, "source">;
  readonly iam: Pick<Iam, "decide">;
}

export interface QueueMappings {
  readonly start: () => void;
  /** Starts no more batches; resolves when those under way have ended. */
  readonly close: () => Promise<void>;
}

const isQueue = ({ eventSourceArn }: Mapping): boolean => eventSourceArn.startsWith("arn:aws:sqs:");

const refuse = (message: string): never => {
  throw new AwsError("InvalidParameterValueException", 400, message);
};

/** A message must stay hidden at least as long as the function may work on it. */
const checkVisibility = (source: SqsService["source"], mapping: Mapping, timeoutSeconds: number): void => {
  const queue = source.find(mapping.eventSourceArn);
  if (queue === undefined) {
    return refuse(`Error occurred while ReceiveMessage. SQS Error Code: AWS.SimpleQueueService.NonExistentQueue. SQS Error Message: The specified queue does not exist: ${mapping.eventSourceArn}`); // prettier-ignore
  }
  if (queue.visibilitySeconds < timeoutSeconds)
    refuse(`Queue visibility timeout: ${queue.visibilitySeconds} seconds is less than Function timeout: ${timeoutSeconds} seconds`); // prettier-ignore
};

export const connectQueueMappings = (ground: Ground, ports: QueueMappingPorts): QueueMappings => {
  const { bus } = ground;
  const { lambda, sqs } = ports;
  const readers = new Map<string, QueueReader>();
  const closing: Promise<void>[] = [];
  let started = false;

  lambda.checkMappings((mapping, { timeoutSeconds }) => {
    if (isQueue(mapping)) checkVisibility(sqs.source, mapping, timeoutSeconds);
  });
  const drop = (id: string): void => {
    const reader = readers.get(id);
    readers.delete(id);
    if (reader !== undefined) closing.push(reader.close());
  };
  /** A changed mapping has a new reader; batches under way end with the old one. */
  const open = (mapping: Mapping): void => {
    const reader = createQueueReader(ground, ports, mapping);
    readers.set(mapping.id, reader);
    reader.wake();
  };
  bus.on("mapping-changed", ({ id }) => {
    if (!started) return;
    drop(id);
    const mapping = lambda.mappings().find((each) => each.id === id);
    if (mapping?.enabled === true && isQueue(mapping)) open(mapping);
  });
  bus.on("message-sent", ({ queueArn }) => {
    for (const reader of readers.values()) if (reader.queueArn === queueArn) reader.wake();
  });

  return {
    start: () => {
      started = true;
      for (const mapping of lambda.mappings()) if (mapping.enabled && isQueue(mapping)) open(mapping);
    },
    close: async () => {
      started = false;
      for (const id of readers.keys()) drop(id);
      await Promise.all(closing);
    },
  };
};
