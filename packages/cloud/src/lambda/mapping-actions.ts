// The Lambda API of event source mappings.
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import type { Action, Call, Input, Need } from "../gateway/service.ts";
import type { Mapping } from "../ports.ts";
import type { RestRoute } from "../protocols/rest-json.ts";
import type { Mappings } from "./event-source-mappings.ts";
import { MAPPINGS } from "./limits.ts";
import { CREATE_PARAMETERS, kindOf, UPDATE_PARAMETERS } from "./mapping-schema.ts";
import { parseReference, textOf, type FunctionModel } from "./model.ts";

const ALL = "/2015-03-31/event-source-mappings";
const ONE = `${ALL}/{UUID}`;

export const mappingRoutes: readonly RestRoute[] = [
  { method: "POST", path: ALL, action: "CreateEventSourceMapping", status: 202 },
  { method: "GET", path: ALL, action: "ListEventSourceMappings" },
  { method: "GET", path: ONE, action: "GetEventSourceMapping" },
  { method: "PUT", path: ONE, action: "UpdateEventSourceMapping", status: 202 },
  { method: "DELETE", path: ONE, action: "DeleteEventSourceMapping", status: 202 },
];

const describe = (mapping: Mapping, state = mapping.enabled ? "Enabled" : "Disabled"): object => {
  const { filters, maximumConcurrency, onFailureArn } = mapping;
  const stream = kindOf(mapping.eventSourceArn) === "stream";
  return {
    UUID: mapping.id,
    EventSourceMappingArn: mapping.arn,
    EventSourceArn: mapping.eventSourceArn,
    FunctionArn: mapping.functionArn,
    BatchSize: mapping.batchSize,
    MaximumBatchingWindowInSeconds: mapping.windowSeconds,
    FunctionResponseTypes: mapping.reportBatchItemFailures ? ["ReportBatchItemFailures"] : [],
    LastModified: mapping.changedAt / 1000,
    State: state,
    StateTransitionReason: "USER_INITIATED",
    ...(filters.length > 0 && { FilterCriteria: { Filters: filters.map((Pattern) => ({ Pattern })) } }),
    ...(maximumConcurrency !== undefined && { ScalingConfig: { MaximumConcurrency: maximumConcurrency } }),
    ...(stream && {
      StartingPosition: mapping.startingPosition,
      ParallelizationFactor: mapping.parallelizationFactor,
      BisectBatchOnFunctionError: mapping.bisect,
      MaximumRetryAttempts: mapping.maximumRetryAttempts,
      MaximumRecordAgeInSeconds: mapping.maximumRecordAgeSeconds,
      DestinationConfig: { OnFailure: onFailureArn === undefined ? {} : { Destination: onFailureArn } },
    }),
  };
};

const action = (parameters: readonly string[], act: (input: Input) => object): Action =>
  Object.assign(
    ({ input }: Call): object => {
      const unknown = Object.keys(input).find((name) => !parameters.includes(name));
      if (unknown !== undefined) throw unsupported(`The parameter ${unknown}`);
      return act(input);
    },
    { parameters },
  );

const idOf = (input: Input): string => textOf(input, "UUID") ?? "";

export const mappingActions = (mappings: Mappings, model: FunctionModel): Readonly<Record<string, Action>> => {
  const list = (input: Input): object => {
    const source = textOf(input, "EventSourceArn");
    const reference = textOf(input, "FunctionName");
    const after = textOf(input, "Marker") ?? "";
    const limit = Number(input["MaxItems"] ?? MAPPINGS.listed);
    if (!Number.isInteger(limit) || limit < 1) {
      throw new AwsError("InvalidParameterValueException", 400, `MaxItems: ${limit} must be at least 1`);
    }
    const arn = reference === undefined ? undefined : model.arnOf(parseReference(reference).name);
    const chosen = mappings
      .list()
      .filter(({ eventSourceArn }) => source === undefined || eventSourceArn === source)
      .filter(({ functionArn }) => arn === undefined || functionArn === arn || functionArn.startsWith(`${arn}:`))
      .filter(({ id }) => id > after);
    const page = chosen.slice(0, limit);
    return {
      EventSourceMappings: page.map((mapping) => describe(mapping)),
      ...(page.length < chosen.length && { NextMarker: page.at(-1)?.id }),
    };
  };
  return {
    CreateEventSourceMapping: action(CREATE_PARAMETERS, (input) => describe(mappings.create(input))),
    GetEventSourceMapping: action(["UUID"], (input) => describe(mappings.get(idOf(input)))),
    UpdateEventSourceMapping: action(UPDATE_PARAMETERS, (input) => describe(mappings.change(idOf(input), input))),
    DeleteEventSourceMapping: action(["UUID"], (input) => {
      const mapping = mappings.get(idOf(input));
      mappings.remove(mapping.id);
      return describe(mapping, "Deleting");
    }),
    ListEventSourceMappings: action(["EventSourceArn", "FunctionName", "Marker", "MaxItems"], list),
  };
};

/** Mappings are resources of their own to IAM; a new one has no name yet. Undefined for other actions. */
export const mappingNeeds = (
  mappings: Mappings,
  { action: name, input }: Pick<Call, "action" | "input">,
): readonly Need[] | undefined => {
  if (!name.includes("EventSourceMapping")) return undefined;
  const mapping = mappings.list().find(({ id }) => id === input["UUID"]);
  const context = mapping && { context: { "lambda:FunctionArn": mapping.functionArn } };
  return [{ action: `lambda:${name}`, resource: mapping?.arn ?? "*", ...context }];
};
