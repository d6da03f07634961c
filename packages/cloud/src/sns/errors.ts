// SNS's errors, by the codes of its query protocol.
import { AwsError } from "../gateway/aws-error.ts";

export const invalid = (reason: string): AwsError =>
  new AwsError("InvalidParameter", 400, `Invalid parameter: ${reason}`);

export const notFound = (what: "Topic" | "Subscription"): AwsError =>
  new AwsError("NotFound", 404, `${what} does not exist`);
