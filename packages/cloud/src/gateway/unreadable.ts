// A request of another shape than its service reads: the caller's mistake, not a failure of the cloud.
import { AwsError } from "./aws-error.ts";

/** XML services have a word of their own for what all JSON services call a SerializationException. */
const CODES: Readonly<Record<string, string>> = {
  s3: "InvalidRequest",
  sns: "ValidationError",
  sts: "ValidationError",
  cloudformation: "ValidationError",
};

/**
 * What reading a request threw: `decode`, `needs` and others that look at it before it is checked, where the text
 * of an object with a member `toString` is a TypeError. Anything else is as it was.
 */
export const asUnreadable = (service: string, error: unknown): unknown =>
  error instanceof TypeError
    ? new AwsError(CODES[service] ?? "SerializationException", 400, `The request has another shape: ${error.message}`)
    : error;
