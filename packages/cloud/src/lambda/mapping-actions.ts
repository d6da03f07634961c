// The Lambda API of event source mappings: they are made by templates, listed, and switched on and off.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action, Call, Need } from "../gateway/service.ts";
import type { Mapping } from "../ports.ts";
import type { RestRoute } from "../protocols/rest-json.ts";
import type { Mappings } from "./event-source-mappings.ts";
import { kindOf } from "./mapping-schema.ts";
import { parseReference, type FunctionModel } from "./model.ts";
import { paging } from "./schemas.ts";

const ALL = "/2015-03-31/event-source-mappings";

export const mappingRoutes: readonly RestRoute[] = [
  { method: "GET", path: ALL, action: "ListEventSourceMappings" },
  { method: "PUT", path: `${ALL}/{UUID}`, action: "UpdateEventSourceMapping", status: 202 },
];

const describe = (mapping: Mapping): object => {
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
    State: mapping.enabled ? "Enabled" : "Disabled",
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

const act = honouring("InvalidParameterValueException");

export const mappingActions = (mappings: Mappings, model: FunctionModel): Readonly<Record<string, Action>> => ({
  UpdateEventSourceMapping: act({ UUID: v.string(), Enabled: v.boolean() }, ({ UUID, Enabled }) =>
    describe(mappings.enable(UUID, Enabled)),
  ),
  ListEventSourceMappings: act(
    { EventSourceArn: v.optional(v.string()), FunctionName: v.optional(v.string()), ...paging },
    ({ EventSourceArn: source, FunctionName, MaxItems, Marker }) => {
      const arn = FunctionName === undefined ? undefined : model.arnOf(parseReference(FunctionName).name);
      const chosen = mappings
        .list()
        .filter(({ eventSourceArn }) => source === undefined || eventSourceArn === source)
        .filter(({ functionArn }) => arn === undefined || functionArn === arn || functionArn.startsWith(`${arn}:`));
      const all = chosen.map((mapping) => [mapping.id, mapping] as const);
      const { items, next } = pageOf(all, { limit: MaxItems, token: Marker });
      return { EventSourceMappings: items.map(describe), NextMarker: next };
    },
  ),
});

/** Mappings are resources of their own to IAM. Undefined for other actions. */
export const mappingNeeds = (
  mappings: Mappings,
  { action: name, input }: Pick<Call, "action" | "input">,
): readonly Need[] | undefined => {
  if (!name.includes("EventSourceMapping")) return undefined;
  const mapping = mappings.list().find(({ id }) => id === input["UUID"]);
  const context = mapping && { context: { "lambda:FunctionArn": mapping.functionArn } };
  return [{ action: `lambda:${name}`, resource: mapping?.arn ?? "*", ...context }];
};
