// DynamoDB streams → Lambda: reads streams for the functions that are mapped to them.
import type { StreamReader } from "../dynamodb/streams.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { LambdaService } from "../lambda/index.ts";
import type { Deliver, Ground, Iam, Mapping } from "../ports.ts";
import { createCheckpoints, type Checkpoints } from "./stream-mapping-checkpoints.ts";
import { createLane, type Lane } from "./stream-mapping-lane.ts";

export interface StreamMappingPorts {
  readonly lambda: Pick<LambdaService, "mappings" | "checkMappings" | "invoke" | "principalOf">;
  readonly dynamodb: { readonly streams: StreamReader };
  readonly iam: Pick<Iam, "decide">;
  /** For what a stream's onFailure destination gets. */
  readonly deliver: Deliver;
}

export interface StreamMappings {
  readonly start: () => void;
  /** Ends reading; what is under way is read again at the next start. */
  readonly close: () => void;
}

const isOfStream = ({ eventSourceArn }: Mapping): boolean => eventSourceArn.split(":")[2] === "dynamodb";

const refuse = (message: string): AwsError => new AwsError("InvalidParameterValueException", 400, message);

const openLanes = (
  ground: Ground,
  ports: StreamMappingPorts,
  { mapping, checkpoints }: { readonly mapping: Mapping; readonly checkpoints: Checkpoints },
): readonly Lane[] => {
  const { shards } = ports.dynamodb.streams.get(mapping.eventSourceArn);
  const of = mapping.parallelizationFactor;
  return shards.flatMap((shard) =>
    Array.from({ length: of }, (_, lane) =>
      createLane({ ground, ports, checkpoints, mapping, id: { mapping: mapping.id, shard, lane, of } }),
    ),
  );
};

/** Reads for every enabled mapping of a stream, from now on and after `start`. */
export const connectStreamMappings = (ground: Ground, ports: StreamMappingPorts): StreamMappings => {
  const { bus, store, work, report } = ground;
  const { lambda, dynamodb } = ports;
  const checkpoints = createCheckpoints(store);
  const readers = new Map<string, readonly Lane[]>();

  lambda.checkMappings((mapping) => {
    if (!isOfStream(mapping)) return;
    try {
      dynamodb.streams.get(mapping.eventSourceArn);
    } catch {
      throw refuse(`Stream not found: ${mapping.eventSourceArn}`);
    }
  });

  const ending = new Set<string>();

  const forgetGone = (): void => checkpoints.keep(new Set(lambda.mappings().map(({ id }) => id)));
  const wake = (id: string): void => {
    for (const lane of readers.get(id) ?? []) lane.wake();
  };
  const begin = (id: string): void => {
    const mapping = lambda.mappings().find((each) => each.id === id);
    if (mapping === undefined || !isOfStream(mapping) || !mapping.enabled) return;
    try {
      readers.set(id, openLanes(ground, ports, { mapping, checkpoints }));
      wake(id);
    } catch (error) {
      report(`${mapping.eventSourceArn} cannot be read for ${mapping.functionArn}`, error);
    }
  };
  /** The lanes of a changed mapping begin when those of the old one have ended: a key has one reader at a time. */
  const restart = async (id: string, lanes: readonly Lane[]): Promise<void> => {
    ending.add(id);
    await Promise.all(lanes.map((lane) => lane.end()));
    ending.delete(id);
    readers.delete(id);
    forgetGone();
    begin(id);
  };
  const refresh = (id: string): void => {
    const lanes = readers.get(id);
    if (lanes === undefined) begin(id);
    else if (!ending.has(id)) void work.track("end of a stream mapping", restart(id, lanes));
  };

  bus.on("mapping-changed", ({ id }) => refresh(id));
  bus.on("item-changed", ({ streamArn }) => {
    for (const { id, eventSourceArn } of lambda.mappings()) if (eventSourceArn === streamArn) wake(id);
  });
  return {
    start: () => {
      forgetGone();
      for (const { id } of lambda.mappings()) refresh(id);
    },
    close: () => {
      for (const lanes of readers.values()) for (const lane of lanes) void lane.end(true);
      readers.clear();
    },
  };
};
