// The event that a function gets from a queue, and which messages a mapping's filters let pass.
// https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html#example-standard-queue-message-event
import { compilePattern } from "../pattern/event-pattern.ts";
import type { Mapping } from "../ports.ts";
import type { QueueMessage } from "../sqs/index.ts";

export interface QueueRecord extends QueueMessage {
  readonly eventSource: "aws:sqs";
  readonly eventSourceARN: string;
  readonly awsRegion: string;
}

export const recordOf = (message: QueueMessage, eventSourceARN: string): QueueRecord => ({
  ...message,
  eventSource: "aws:sqs",
  eventSourceARN,
  awsRegion: eventSourceARN.split(":")[3] ?? "",
});

/** A body that is JSON is looked into; any other is one text. */
const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};

/** Patterns see a record with its body parsed; one of them must match. None: all pass. */
export const filterOf = ({ filters }: Mapping): ((record: QueueRecord) => boolean) => {
  const matches = filters.map((pattern) => compilePattern(JSON.parse(pattern)));
  if (matches.length === 0) return () => true;
  return (record) => {
    const event = { ...record, body: parsed(record.body) };
    return matches.some((match) => match(event));
  };
};
