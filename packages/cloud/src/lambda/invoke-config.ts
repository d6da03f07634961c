// How asynchronous invocations of a function, a version or an alias are retried, and where their outcome goes.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { describeInvokeConfig } from "./describe.ts";
import type { Functions } from "./functions.ts";
import { LATEST, parseReference, type FunctionModel, type InvokeConfig } from "./model.ts";
import { invokeConfigSchema, type InvokeConfigInput } from "./schemas.ts";

export interface PutOptions {
  readonly model: FunctionModel;
  readonly functions: Pick<Functions, "checkDestination">;
}

/** Replaces the configuration, or with `merge` changes only what is given; answers it as the API shows it. */
export const putInvokeConfig = (
  { clock }: Pick<Ground, "clock">,
  { model, functions }: PutOptions,
  input: InvokeConfigInput,
  merge = false,
): unknown => {
  const { qualifier = input.Qualifier ?? LATEST } = parseReference(input.FunctionName);
  const record = model.get(input.FunctionName, qualifier);
  const { OnSuccess, OnFailure } = input.DestinationConfig ?? {};
  const given = Object.entries({
    maximumRetryAttempts: input.MaximumRetryAttempts,
    maximumEventAgeSeconds: input.MaximumEventAgeInSeconds,
    onSuccess: OnSuccess?.Destination,
    onFailure: OnFailure?.Destination,
  }).filter(([, value]) => value !== undefined);
  for (const destination of [OnSuccess, OnFailure]) functions.checkDestination(record, destination?.Destination);
  const before = merge ? model.invokeConfig(record.name, qualifier) : undefined;
  const config: InvokeConfig = { ...before, ...Object.fromEntries(given), lastModified: clock.now() };
  model.setInvokeConfig(record.name, config, qualifier);
  return describeInvokeConfig(record.arn, qualifier, config);
};

const act = honouring("InvalidParameterValueException");
const one = { FunctionName: v.string(), Qualifier: v.optional(v.string()) };

export const invokeConfigActions = (ground: Ground, options: PutOptions): Record<string, Action> => {
  const { model } = options;
  const find = (FunctionName: string, Qualifier: string | undefined) => {
    const { qualifier = Qualifier ?? LATEST } = parseReference(FunctionName);
    const { name, arn } = model.get(FunctionName, qualifier);
    const config = model.invokeConfig(name, qualifier);
    if (config !== undefined) return { name, arn, qualifier, config };
    const message = `The function ${arn}:${qualifier} doesn't have an EventInvokeConfig`;
    throw new AwsError("ResourceNotFoundException", 404, message);
  };
  const { entries } = invokeConfigSchema;
  return {
    PutFunctionEventInvokeConfig: act(entries, (input) => putInvokeConfig(ground, options, input)),
    UpdateFunctionEventInvokeConfig: act(entries, (input) => putInvokeConfig(ground, options, input, true)),
    GetFunctionEventInvokeConfig: act(one, ({ FunctionName, Qualifier }) => {
      const { arn, qualifier, config } = find(FunctionName, Qualifier);
      return describeInvokeConfig(arn, qualifier, config);
    }),
    DeleteFunctionEventInvokeConfig: act(one, ({ FunctionName, Qualifier }) => {
      const { name, qualifier } = find(FunctionName, Qualifier);
      model.setInvokeConfig(name, undefined, qualifier);
    }),
  };
};
