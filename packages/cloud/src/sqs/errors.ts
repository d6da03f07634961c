// SQS's errors: a code for its JSON protocol, and the older one that it still sends in `x-amzn-query-error`.
import { AwsError } from "../gateway/aws-error.ts";

const QUERY_CODES: Readonly<Record<string, string>> = {
  QueueDoesNotExist: "AWS.SimpleQueueService.NonExistentQueue",
  QueueNameExists: "QueueAlreadyExists",
  MessageNotInflight: "AWS.SimpleQueueService.MessageNotInflight",
  TooManyEntriesInBatchRequest: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
  EmptyBatchRequest: "AWS.SimpleQueueService.EmptyBatchRequest",
  BatchEntryIdsNotDistinct: "AWS.SimpleQueueService.BatchEntryIdsNotDistinct",
  BatchRequestTooLong: "AWS.SimpleQueueService.BatchRequestTooLong",
  InvalidBatchEntryId: "AWS.SimpleQueueService.InvalidBatchEntryId",
  UnsupportedOperation: "AWS.SimpleQueueService.UnsupportedOperation",
  InvalidParameterValueException: "InvalidParameterValue",
  AccessDeniedException: "AccessDenied",
};

export const queryErrorCode = (code: string): string => QUERY_CODES[code] ?? code;

export const sqsError = (code: string, message: string): AwsError => new AwsError(code, 400, message);

export const invalidParameter = (message: string): AwsError => sqsError("InvalidParameterValueException", message);

export const noSuchQueue = (): AwsError => sqsError("QueueDoesNotExist", "The specified queue does not exist.");

/** `Value <value> for parameter <name> is invalid. Reason: <reason>` */
export const invalidValue = (name: string, value: unknown, reason: string): AwsError =>
  invalidParameter(
    `Value ${typeof value === "string" ? value : JSON.stringify(value)} for parameter ${name} is invalid. Reason: ${reason}`,
  );

/** Right elsewhere: a delay of one message on a FIFO queue, a deduplication id on a standard one. */
export const wrongQueueType = (name: string, value: unknown): AwsError =>
  invalidValue(name, value, "The request include parameter that is not valid for this queue type");
