// Attributes of topics and subscriptions: which there are, and how they must look.
import * as v from "valibot";
import { unsupported } from "../gateway/aws-error.ts";
import { readPolicy } from "../iam/policy.ts";
import { invalid } from "./errors.ts";
import { compileFilterPolicy, type FilterScope } from "./filter-policy.ts";

export type Texts = Readonly<Record<string, string>>;

/** Attributes with some set anew; an empty text takes one back. */
export const merge = (attributes: Texts, given: Texts): Texts =>
  Object.fromEntries(Object.entries({ ...attributes, ...given }).filter(([, value]) => value !== ""));

/** Whether an attribute is asked for that those of an existing thing do not have. */
export const differ = (given: Texts, existing: Texts): boolean =>
  Object.entries(given).some(([name, value]) => existing[name] !== value);

const flag = v.picklist(["true", "false"]);

const TOPIC: Readonly<Record<string, v.GenericSchema<string>>> = {
  DisplayName: v.pipe(v.string(), v.maxLength(100)),
  FifoTopic: flag,
  ContentBasedDeduplication: flag,
  Policy: v.pipe(v.string(), v.check((text) => readPolicy(text) !== undefined)), // prettier-ignore
};

/** Checks the attributes of a topic; throws InvalidParameter, or NotImplemented for one that is not here. */
export const checkTopic = (attributes: Texts): void => {
  for (const [name, value] of Object.entries(attributes)) {
    const schema = Object.hasOwn(TOPIC, name) ? TOPIC[name] : undefined;
    if (schema === undefined) throw unsupported(`The topic attribute ${name}`);
    if (!v.is(schema, value)) throw invalid(`${name} Reason: Invalid value ${JSON.stringify(value)}`);
  }
};

const redriveSchema = v.pipe(
  v.string(),
  v.parseJson(),
  v.strictObject({ deadLetterTargetArn: v.pipe(v.string(), v.regex(/^arn:aws:sqs:[^:]+:\d{12}:[^:]+$/)) }),
);

/** The queue for what cannot be delivered. */
export const deadLetterQueueOf = ({ RedrivePolicy: text }: Texts): string | undefined => {
  if (text === undefined) return undefined;
  const parsed = v.safeParse(redriveSchema, text);
  if (!parsed.success) throw invalid("RedrivePolicy: deadLetterTargetArn must be a queue's");
  return parsed.output.deadLetterTargetArn;
};

export const scopeOf = (attributes: Texts): FilterScope =>
  attributes["FilterPolicyScope"] === "MessageBody" ? "MessageBody" : "MessageAttributes";

export const SUBSCRIPTION_ATTRIBUTES: readonly string[] = [
  "FilterPolicy",
  "FilterPolicyScope",
  "RawMessageDelivery",
  "RedrivePolicy",
];

/** Checks the attributes of a subscription together: a filter policy means something else on another scope. */
export const checkSubscription = (protocol: string, attributes: Texts): void => {
  const unknown = Object.keys(attributes).find((name) => !SUBSCRIPTION_ATTRIBUTES.includes(name));
  if (unknown !== undefined) throw unsupported(`The subscription attribute ${unknown}`);
  const { RawMessageDelivery: raw = "false", FilterPolicyScope: scope = "MessageAttributes" } = attributes;
  if (!v.is(flag, raw)) throw invalid("RawMessageDelivery must be true or false");
  if (raw === "true" && !["sqs", "http", "https"].includes(protocol)) {
    throw invalid(`RawMessageDelivery: Delivery protocol [${protocol}] does not support raw message delivery.`);
  }
  if (!["MessageAttributes", "MessageBody"].includes(scope)) throw invalid("FilterPolicyScope: Invalid value");
  compileFilterPolicy(attributes["FilterPolicy"], scopeOf(attributes));
  deadLetterQueueOf(attributes);
};
