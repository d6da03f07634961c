// HTTP(S) subscribers: on the loopback only, so that nothing leaves the machine.
import { AwsError } from "../gateway/aws-error.ts";
import { invalid } from "./errors.ts";
import { HTTP_RETRIES, HTTP_TIMEOUT_MS } from "./limits.ts";
import { envelopeOf, kindOf, type Notification } from "./notification.ts";

/** Throws InvalidParameter for what is no URL of this machine. */
export const checkEndpoint = (endpoint: string): void => {
  const host = URL.canParse(endpoint) ? new URL(endpoint).hostname : "";
  if (!["127.0.0.1", "localhost", "[::1]"].includes(host)) {
    throw invalid(`Endpoint ${host}: the embedded AWS delivers to the loopback only (127.0.0.1, localhost)`);
  }
};

export interface PostOptions {
  readonly raw: boolean;
  /** Where the links in it lead. */
  readonly endpoint: string;
  /** Ends it when the cloud closes. */
  readonly signal: AbortSignal;
}

/** Posts a notification; throws when it was not taken. Redirects are not followed: they could lead off the machine. */
export const post = async (
  url: string,
  notification: Notification,
  { raw, endpoint, signal }: PostOptions,
): Promise<void> => {
  const { messageId, topicArn, subscriptionArn, text, token } = notification;
  const plain = raw && token === undefined;
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(HTTP_TIMEOUT_MS)]),
    headers: {
      "content-type": "text/plain; charset=UTF-8",
      "user-agent": "Amazon Simple Notification Service Agent",
      "x-amz-sns-message-type": kindOf(notification),
      "x-amz-sns-message-id": messageId,
      "x-amz-sns-topic-arn": topicArn,
      ...(token === undefined && { "x-amz-sns-subscription-arn": subscriptionArn }),
      ...(plain && { "x-amz-sns-rawdelivery": "true" }),
    },
    body: plain ? text : envelopeOf(notification, endpoint),
  });
  await response.body?.cancel();
  if (!response.ok) throw new AwsError("EndpointRefused", response.status, `${url} answered ${response.status}`);
};

/** Ms until the next attempt; a redirect or a client error other than 429 is final. */
export const retryInMs = (attempts: number, error: unknown): number | undefined => {
  const status = error instanceof AwsError ? error.status : 500;
  return attempts > HTTP_RETRIES.count || (status < 500 && status !== 429) ? undefined : HTTP_RETRIES.delayMs;
};
