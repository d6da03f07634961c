// Event source mappings: which queue or stream a function reads. They are kept here; event-sources/ reads for them.
import { randomUUID } from "node:crypto";
import type { Created, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground, Iam, Mapping } from "../ports.ts";
import { checkDestination } from "./destinations.ts";
import { principalOf } from "./environment.ts";
import { kindOf, mappingSchema, readMapping } from "./mapping-schema.ts";
import { parseReference, type FunctionModel, type FunctionRecord } from "./model.ts";
import { rulesOf } from "./resource-of.ts";

/** Looks at a mapping's source before it is made or changed, and throws AWS's refusal. */
export type MappingCheck = (mapping: Mapping, about: { readonly timeoutSeconds: number }) => void;

export interface Mappings {
  readonly list: () => readonly Mapping[];
  /** From properties of a template; with an id that mapping anew. */
  readonly put: (input: object, id?: string) => Mapping;
  readonly enable: (id: string, enabled: boolean) => Mapping;
  readonly remove: (id: string) => void;
  readonly addCheck: (check: MappingCheck) => void;
}

export interface MappingOptions {
  readonly model: FunctionModel;
  readonly iam: Pick<Iam, "decide">;
}

/** What the function's role must be allowed to do with its source. */
const READS: Readonly<Record<"sqs" | "dynamodb", readonly string[]>> = {
  sqs: ["ReceiveMessage", "DeleteMessage", "GetQueueAttributes"],
  dynamodb: ["GetRecords", "GetShardIterator", "DescribeStream", "ListStreams"],
};

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", 400, message);

const checkRole = (iam: Pick<Iam, "decide">, record: FunctionRecord, mapping: Mapping): void => {
  const { eventSourceArn, onFailureArn } = mapping;
  const service = kindOf(eventSourceArn) === "stream" ? "dynamodb" : "sqs";
  const lacking = READS[service].find((name) => {
    const need = { action: `${service}:${name}`, resource: eventSourceArn };
    return !iam.decide(principalOf(record), need).allowed;
  });
  if (lacking !== undefined) {
    throw invalid(
      service === "sqs"
        ? `The function execution role does not have permissions to call ${lacking} on SQS (${eventSourceArn})`
        : `Cannot access stream ${eventSourceArn}. Please ensure the role can perform the GetRecords, GetShardIterator, DescribeStream, and ListStreams Actions on your stream in IAM.`,
    );
  }
  checkDestination(iam, record, onFailureArn);
};

export const createMappings = ({ store, bus, clock, region }: Ground, { model, iam }: MappingOptions): Mappings => {
  const table = store.table<Mapping>("lambda_event_source_mappings");
  const checks: MappingCheck[] = [];
  let known: readonly Mapping[] | undefined;

  const list = (): readonly Mapping[] => (known ??= table.list().map(([, mapping]) => mapping));
  const put = (mapping: Mapping): Mapping => {
    const record = model.get(mapping.functionArn);
    checkRole(iam, record, mapping);
    for (const check of checks) check(mapping, { timeoutSeconds: record.timeoutSeconds });
    table.put(mapping.id, mapping);
    known = undefined;
    bus.publish("mapping-changed", { id: mapping.id });
    return mapping;
  };
  return {
    list,
    put: (input, id = randomUUID()) => {
      const { mapping, functionName } = readMapping(input);
      const { eventSourceArn } = mapping;
      const { arn: latestArn } = model.get(functionName);
      const { qualifier } = parseReference(functionName);
      const functionArn = qualifier === undefined ? latestArn : `${latestArn}:${qualifier}`;
      const twin = list().find(
        (other) => other.id !== id && other.eventSourceArn === eventSourceArn && other.functionArn === functionArn,
      );
      if (twin !== undefined) {
        const message = `An event source mapping with event source arn (" ${eventSourceArn} ") and function (" ${functionArn} ") already exists. Please update or delete the existing mapping with UUID ${twin.id}`;
        throw new AwsError("ResourceConflictException", 409, message);
      }
      const arn = `arn:aws:lambda:${region}:${ACCOUNT}:event-source-mapping:${id}`;
      return put({ ...mapping, id, arn, functionArn, changedAt: clock.now() });
    },
    enable: (id, enabled) => {
      const found = list().find((mapping) => mapping.id === id);
      if (found !== undefined) return put({ ...found, enabled, changedAt: clock.now() });
      throw new AwsError("ResourceNotFoundException", 404, "The resource you requested does not exist.");
    },
    remove: (id) => {
      table.remove(id);
      known = undefined;
      bus.publish("mapping-changed", { id });
    },
    addCheck: (check) => {
      checks.push(check);
    },
  };
};

const created = ({ id, arn }: Mapping): Created => ({
  physicalId: id,
  attributes: { Id: id, EventSourceMappingArn: arn },
});

export const eventSourceMappingType = (mappings: Mappings): ResourceType => ({
  properties: rulesOf(mappingSchema, { replacing: ["EventSourceArn", "StartingPosition"], inert: ["Tags"] }),
  check: (properties) => {
    readMapping(properties);
  },
  create: async (properties) => created(mappings.put(properties)),
  update: async (physicalId, properties) => created(mappings.put(properties, physicalId)),
  remove: async (physicalId) => mappings.remove(physicalId),
});
