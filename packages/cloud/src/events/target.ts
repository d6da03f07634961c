// A target of a rule: what it may say, and what it gets of an event.
// https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
import * as v from "valibot";
import type { BusEvent } from "../deliveries/bus-event.ts";
import { checkDeliveryTarget, deliveryEntries } from "../deliveries/target-deliveries.ts";
import { AwsError } from "../gateway/aws-error.ts";

export const targetSchema = v.strictObject({
  Id: v.pipe(v.string(), v.regex(/^[.\-_A-Za-z0-9]{1,64}$/, "must be 1 to 64 of a-z, A-Z, 0-9 and . - _")),
  ...deliveryEntries,
  RoleArn: v.optional(v.string()),
  Input: v.optional(v.pipe(v.string(), v.maxLength(8192))),
  InputPath: v.optional(v.pipe(v.string(), v.regex(/^\$/, "must be a JSON path"), v.maxLength(256))),
  InputTransformer: v.optional(
    v.strictObject({
      InputPathsMap: v.optional(
        v.record(
          v.pipe(v.string(), v.regex(/^(?!aws)[A-Za-z0-9_-]{1,256}$/i, "cannot be a name of a variable")),
          v.pipe(v.string(), v.regex(/^\$/, "must be a JSON path")),
        ),
        {},
      ),
      InputTemplate: v.pipe(v.string(), v.minLength(1), v.maxLength(8192)),
    }),
  ),
});

export type Target = v.InferOutput<typeof targetSchema>;

const invalid = (message: string): AwsError => new AwsError("ValidationException", 400, message);

/** Throws for a target that says two things about its input, or that this cloud does not have. */
export const checkTarget = (target: Target): void => {
  const service = checkDeliveryTarget(target);
  const { Id, Input, InputPath, InputTransformer } = target;
  const inputs = [Input, InputPath, InputTransformer].filter((each) => each !== undefined);
  if (inputs.length > 1)
    throw invalid(`Only one of Input, InputPath, or InputTransformer must be provided for target ${Id}.`);
  if (inputs.length > 0 && service === "events") throw invalid(`Target ${Id}: an event bus gets the event as it is.`);
  try {
    JSON.parse(Input ?? "{}");
  } catch {
    throw invalid(`JSON syntax error in input for target ${Id}`);
  }
};

/** The value at a path of EventBridge: `$.detail.items[0].name`, `$.detail.items[*].id`; undefined where there is none. */
export const atPath = (value: unknown, path: string): unknown => {
  const steps = [...path.slice(1).matchAll(/\.([^.[\]]+)|\[(\d+|\*)\]/g)];
  const walk = (at: unknown, index: number): unknown => {
    const [, name, position] = steps[index] ?? [];
    if (name === undefined && position === undefined) return at;
    if (Array.isArray(at)) {
      if (position === "*" || name === "*") return at.map((each: unknown) => walk(each, index + 1));
      return position === undefined ? undefined : walk(at[Number(position)], index + 1);
    }
    if (typeof at !== "object" || at === null || name === undefined || !Object.hasOwn(at, name)) return undefined;
    return walk((at as Readonly<Record<string, unknown>>)[name], index + 1); // it has the name
  };
  return walk(value, 0);
};

export interface Matched {
  readonly event: BusEvent;
  readonly ruleArn: string;
  readonly ruleName: string;
  readonly receivedAt: number;
}

/** Whether each position of a template lies inside a quoted text. */
const isQuoted = (template: string, position: number): boolean => {
  let quoted = false;
  for (let at = 0; at < position; at++) {
    if (template[at] === "\\") at++;
    else if (template[at] === '"') quoted = !quoted;
  }
  return quoted;
};

const fillTemplate = (template: string, paths: Readonly<Record<string, string>>, facts: Matched): string => {
  const { event, ruleArn, ruleName, receivedAt } = facts;
  const own: Readonly<Record<string, unknown>> = {
    "aws.events.rule-arn": ruleArn,
    "aws.events.rule-name": ruleName,
    "aws.events.event": event,
    "aws.events.event.ingestion-time": new Date(receivedAt).toISOString(),
  };
  const valueOf = (name: string): unknown => {
    if (Object.hasOwn(own, name)) return own[name];
    const path = Object.hasOwn(paths, name) ? paths[name] : undefined;
    return path === undefined ? undefined : (atPath(event, path) ?? ""); // what the event does not have is empty (u)
  };
  return template.replaceAll(/<([^<>]+)>/g, (placeholder, name: string, position: number) => {
    const quoted = isQuoted(template, position);
    if (name === "aws.events.event.json") {
      const text = JSON.stringify(JSON.stringify(event));
      return quoted ? text.slice(1, -1) : text;
    }
    const value = valueOf(name);
    if (value === undefined) return placeholder;
    // Inside quotes a text stands as it is: EventBridge does not escape it, so a quote in it breaks the JSON there too.
    return quoted && typeof value === "string" ? value : JSON.stringify(value);
  });
};

/** What a target gets: JSON text. */
export const inputOf = (target: Target, facts: Matched): string => {
  const { Input, InputPath, InputTransformer } = target;
  if (Input !== undefined) return Input;
  if (InputPath !== undefined) return JSON.stringify(atPath(facts.event, InputPath) ?? null);
  if (InputTransformer === undefined) return JSON.stringify(facts.event);
  const { InputTemplate, InputPathsMap } = InputTransformer;
  const filled = fillTemplate(InputTemplate, InputPathsMap, facts);
  try {
    return JSON.stringify(JSON.parse(filled)); // it arrives minified
  } catch {
    return filled;
  }
};
