// Event source mappings. They are only kept here, disabled; one that should poll is refused.
import { randomUUID } from "node:crypto";
import * as v from "valibot";
import type { Created, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import type { FunctionModel } from "./model.ts";
import { flag, queueArn, read } from "./schemas.ts";

const schema = v.looseObject({ EventSourceArn: queueArn, FunctionName: v.string(), Enabled: v.optional(flag, true) });

/** Has a meaning only for a mapping that polls. */
const INERT = [
  "BatchSize",
  "FilterCriteria",
  "FunctionResponseTypes",
  "MaximumBatchingWindowInSeconds",
  "ScalingConfig",
  "Tags",
] as const;

const check = (properties: unknown): v.InferOutput<typeof schema> => {
  const parsed = read(schema, properties);
  if (!parsed.Enabled) return parsed;
  const message = `Enabled: an event source mapping of ${parsed.EventSourceArn} can only be made with Enabled: false here; polling comes with a later version`;
  throw new AwsError("NotImplemented", 501, message);
};

export const eventSourceMappingType = (
  { store, region }: Ground,
  { model }: { readonly model: FunctionModel },
): ResourceType => {
  const mappings = store.table<{ eventSourceArn: string; functionArn: string }>("lambda_mappings");
  const put = (id: string, properties: unknown): Created => {
    const { EventSourceArn, FunctionName } = check(properties);
    mappings.put(id, { eventSourceArn: EventSourceArn, functionArn: model.get(FunctionName).arn });
    const arn = `arn:aws:lambda:${region}:${ACCOUNT}:event-source-mapping:${id}`;
    return { physicalId: id, attributes: { Id: id, EventSourceMappingArn: arn } };
  };
  const inert = Object.fromEntries(INERT.map((name) => [name, "inert" as const]));
  return {
    properties: { EventSourceArn: "replace", FunctionName: "update", Enabled: "inert", ...inert },
    check: (properties) => {
      check(properties);
    },
    create: async (properties) => put(randomUUID(), properties),
    update: async (physicalId, properties) => put(physicalId, properties),
    remove: async (physicalId) => mappings.remove(physicalId),
  };
};
