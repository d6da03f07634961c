// What queues count about themselves, as CloudWatch's namespace AWS/SQS has it.
// https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
import type { MetricPoint } from "../bus/bus.ts";
import type { Ground } from "../ports.ts";
import { POISON_RECEIVES } from "./limits.ts";
import type { OpenQueue, Queues } from "./queues.ts";

type Counter =
  "NumberOfMessagesSent" | "NumberOfMessagesReceived" | "NumberOfMessagesDeleted" | "NumberOfEmptyReceives";

export type CountMetric = (queue: OpenQueue, name: Counter | "SentMessageSize", value: number) => void;

const pointOf = ({ state }: OpenQueue, name: string, value: number, unit = "Count"): MetricPoint => ({
  namespace: "AWS/SQS",
  name,
  dimensions: { QueueName: state.name },
  value,
  unit,
});

export const createMetrics =
  ({ bus }: Pick<Ground, "bus">): CountMetric =>
  (queue, name, value) =>
    bus.publish("metric-counted", pointOf(queue, name, value, name === "SentMessageSize" ? "Bytes" : "Count"));

/** Seconds since the oldest message came into the queue; poison pills of a standard queue do not count. */
const ageSeconds = ({ messages, fifo }: OpenQueue, now: number): number => {
  const counted = messages.list().filter(({ receiveCount }) => fifo || receiveCount <= POISON_RECEIVES);
  const oldest = counted.reduce((time, { sentAt, movedAt }) => Math.min(time, movedAt ?? sentAt), now);
  return Math.floor((now - oldest) / 1000);
};

export interface QueueStatus {
  readonly name: string;
  /** Messages that may be received now. */
  readonly depth: number;
  readonly inFlight: number;
  readonly delayed: number;
  readonly oldestSeconds: number;
  /** Names of the queues whose dead-letter queue it is. */
  readonly deadLetterQueueOf: readonly string[];
}

export const queueStatus = (queues: Queues, now: number): readonly QueueStatus[] => {
  const all = queues.list();
  return all.map((queue) => {
    const { visible, inFlight, delayed } = queue.messages.counts();
    return {
      name: queue.state.name,
      depth: visible,
      inFlight,
      delayed,
      oldestSeconds: ageSeconds(queue, now),
      deadLetterQueueOf: all
        .filter(({ redrive }) => redrive?.deadLetterTargetArn === queue.arn)
        .map(({ state }) => state.name),
    };
  });
};

export const queueGauges = (queues: Queues, now: number): readonly MetricPoint[] =>
  queues.list().flatMap((queue) => {
    const { visible, inFlight, delayed } = queue.messages.counts();
    return [
      pointOf(queue, "ApproximateNumberOfMessagesVisible", visible),
      pointOf(queue, "ApproximateNumberOfMessagesNotVisible", inFlight),
      pointOf(queue, "ApproximateNumberOfMessagesDelayed", delayed),
      pointOf(queue, "ApproximateAgeOfOldestMessage", ageSeconds(queue, now), "Seconds"),
    ];
  });
