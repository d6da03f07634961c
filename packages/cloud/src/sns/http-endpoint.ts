// HTTP(S) subscribers: on the loopback only, so that nothing leaves the machine. Retries follow the subscription's policy.
import type { RetryPolicy } from "./attributes.ts";
import { invalid } from "./errors.ts";
import { HTTP_TIMEOUT_MS } from "./limits.ts";
import { envelopeOf, type Links, type Notification } from "./notification.ts";

/** An endpoint that answered, but not with success. */
export class HttpRefusal extends Error {
  readonly status: number;
  constructor(url: string, status: number) {
    super(`${url} answered ${status}`);
    this.name = "HttpRefusal";
    this.status = status;
  }
}

/** Throws InvalidParameter for what is no HTTP(S) URL of this machine. */
export const checkEndpoint = (protocol: string, endpoint: string): void => {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  if (url?.protocol !== `${protocol}:`) throw invalid(`Endpoint must match the specified protocol`);
  if (!["127.0.0.1", "localhost", "[::1]"].includes(url.hostname)) {
    throw invalid(`Endpoint ${url.hostname}: the embedded AWS delivers to the loopback only (127.0.0.1, localhost)`);
  }
};

export interface PostOptions {
  readonly raw: boolean;
  readonly links: Links;
  /** Ends it when the cloud closes. */
  readonly signal: AbortSignal;
}

/** Posts a notification; throws when it was not taken. Redirects are not followed: they could lead off the machine. */
export const post = async (
  url: string,
  notification: Notification,
  { raw, links, signal }: PostOptions,
): Promise<void> => {
  const { kind, messageId, topicArn, subscriptionArn, text } = notification;
  const plain = raw && kind === "Notification";
  const response = await fetch(url, {
    method: "POST",
    redirect: "manual",
    signal: AbortSignal.any([signal, AbortSignal.timeout(HTTP_TIMEOUT_MS)]),
    headers: {
      "content-type": "text/plain; charset=UTF-8",
      "user-agent": "Amazon Simple Notification Service Agent",
      "x-amz-sns-message-type": kind,
      "x-amz-sns-message-id": messageId,
      "x-amz-sns-topic-arn": topicArn,
      ...(kind === "Notification" && { "x-amz-sns-subscription-arn": subscriptionArn }),
      ...(plain && { "x-amz-sns-rawdelivery": "true" }),
    },
    body: plain ? text : envelopeOf(notification, links),
  });
  await response.body?.cancel();
  if (!response.ok) throw new HttpRefusal(url, response.status);
};

/** Seconds before retry number `retry`, 1 being the first; undefined after the last. */
const delaySeconds = (policy: RetryPolicy, retry: number): number | undefined => {
  const { numRetries, minDelayTarget: min, maxDelayTarget: max, backoffFunction } = policy;
  if (retry > numRetries) return undefined;
  const share = numRetries === 1 ? 1 : (retry - 1) / (numRetries - 1);
  // How the functions grow between the two limits is drawn in the documentation, not defined (u).
  return backoffFunction === "exponential" ? min * (max / min) ** share : min + (max - min) * share;
};

/** Ms until the next attempt; a client error other than 429 is final. */
export const retryInMs = (policy: RetryPolicy, attempts: number, error: unknown): number | undefined => {
  if (error instanceof HttpRefusal && error.status >= 300 && error.status < 500 && error.status !== 429)
    return undefined;
  const seconds = delaySeconds(policy, attempts);
  return seconds === undefined ? undefined : Math.round(seconds * 1000);
};
