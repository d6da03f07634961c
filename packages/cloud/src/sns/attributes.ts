// Attributes of topics and subscriptions: which there are, and how they must look.
import * as v from "valibot";
import { unsupported } from "../gateway/aws-error.ts";
import type { PolicyDocument } from "../iam/policy.ts";
import { invalid } from "./errors.ts";
import { compileFilterPolicy, type FilterScope } from "./filter-policy.ts";
import { HTTP_RETRIES, MAX_DELAY_SECONDS } from "./limits.ts";

export type Texts = Readonly<Record<string, string>>;

const flag = v.picklist(["true", "false"], "must be true or false");

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

const policySchema = v.looseObject({ Statement: v.union([v.looseObject({}), v.array(v.looseObject({}))]) });

/** The policy document of a topic; throws InvalidParameter for what is none. */
export const parsePolicy = (text: string | undefined): PolicyDocument | undefined => {
  if (text === undefined || text === "") return undefined;
  const document = parseJson(text);
  if (!v.is(policySchema, document)) throw invalid("Policy Error: it is no policy document");
  return document as unknown as PolicyDocument; // IAM reads it defensively; it was JSON from the caller
};

const TOPIC: Readonly<Record<string, v.GenericSchema<string>>> = {
  DisplayName: v.pipe(v.string(), v.maxLength(100)),
  FifoTopic: flag,
  ContentBasedDeduplication: flag,
  FifoThroughputScope: v.picklist(["Topic", "MessageGroup"]),
  SignatureVersion: v.picklist(["1", "2"]),
  // Stored and shown; nothing is encrypted, and every trace is kept.
  KmsMasterKeyId: v.string(),
  TracingConfig: v.picklist(["PassThrough", "Active"]),
};

/** Checks one attribute of a topic; throws InvalidParameter, or NotImplemented for one that is not here. */
export const checkTopicAttribute = (name: string, value: string): void => {
  if (name === "Policy") return void parsePolicy(value);
  const schema = Object.hasOwn(TOPIC, name) ? TOPIC[name] : undefined;
  if (schema === undefined) throw unsupported(`The topic attribute ${name}`);
  if (!v.is(schema, value)) throw invalid(`${name} Reason: Invalid value ${JSON.stringify(value)}`);
};

export const TOPIC_ATTRIBUTES: readonly string[] = [...Object.keys(TOPIC), "Policy"];

const seconds = (otherwise: number) =>
  v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(MAX_DELAY_SECONDS)), otherwise);
const retrySchema = v.strictObject({
  numRetries: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)), HTTP_RETRIES.numRetries),
  minDelayTarget: seconds(HTTP_RETRIES.minDelayTarget),
  maxDelayTarget: seconds(HTTP_RETRIES.maxDelayTarget),
  backoffFunction: v.optional(v.picklist(["linear", "exponential"]), "linear"),
});
const deliveryPolicySchema = v.strictObject({ healthyRetryPolicy: retrySchema });

export type RetryPolicy = v.InferOutput<typeof retrySchema>;

export const parseDeliveryPolicy = (text: string | undefined): RetryPolicy => {
  const given = text === undefined || text === "" ? { healthyRetryPolicy: {} } : parseJson(text);
  const parsed = v.safeParse(deliveryPolicySchema, given);
  if (parsed.success) return parsed.output.healthyRetryPolicy;
  const [issue] = parsed.issues;
  throw invalid(`DeliveryPolicy: ${v.getDotPath(issue) ?? "it"}: ${issue.message}`);
};

export const parseRedrive = (text: string | undefined): string | undefined => {
  if (text === undefined || text === "") return undefined;
  const parsed = v.safeParse(v.strictObject({ deadLetterTargetArn: v.string() }), parseJson(text));
  const arn = parsed.success ? parsed.output.deadLetterTargetArn : "";
  if (!/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/.test(arn))
    throw invalid("RedrivePolicy: deadLetterTargetArn must be a queue's");
  return arn;
};

export const scopeOf = (attributes: Texts): FilterScope =>
  attributes["FilterPolicyScope"] === "MessageBody" ? "MessageBody" : "MessageAttributes";

export const SUBSCRIPTION_ATTRIBUTES: readonly string[] = [
  "DeliveryPolicy",
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
];

/** Checks the attributes of a subscription together: a filter policy means something else on another scope. */
export const checkSubscription = (protocol: string, attributes: Texts): void => {
  const unknown = Object.keys(attributes).find((name) => !SUBSCRIPTION_ATTRIBUTES.includes(name));
  if (unknown !== undefined) throw unsupported(`The subscription attribute ${unknown}`);
  const { RawMessageDelivery: raw = "false", FilterPolicyScope: scope = "" } = attributes;
  if (!v.is(flag, raw)) throw invalid("RawMessageDelivery must be true or false");
  if (raw === "true" && !["sqs", "http", "https"].includes(protocol)) {
    throw invalid(`RawMessageDelivery: Delivery protocol [${protocol}] does not support raw message delivery.`);
  }
  if (!["", "MessageAttributes", "MessageBody"].includes(scope)) throw invalid("FilterPolicyScope: Invalid value");
  compileFilterPolicy(attributes["FilterPolicy"], scopeOf(attributes));
  parseRedrive(attributes["RedrivePolicy"]);
  if (attributes["DeliveryPolicy"] !== undefined && !protocol.startsWith("http")) {
    throw invalid(`DeliveryPolicy: only HTTP(S) subscriptions have one, this is ${protocol}`);
  }
  parseDeliveryPolicy(attributes["DeliveryPolicy"]);
};
