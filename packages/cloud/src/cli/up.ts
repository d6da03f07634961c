import { parseArgs } from "node:util";
import type { Cloud, CloudOptions } from "../api.ts";
import { createCloud } from "../cloud.ts";
import { emptyState, readLock, refuseSecond, stateFolder, writeLock } from "./lock.ts";
import { UsageError } from "./usage.ts";

const portOf = (text: string): number => {
  const port = Number(text);
  if (Number.isInteger(port) && port >= 0 && port < 65_536) return port;
  throw new UsageError(`the port must be a number from 0 to 65535, not ${JSON.stringify(text)}`);
};

const rangeOf = (text: string): { from: number; to: number } => {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text) ?? [];
  if (from === undefined || to === undefined)
    throw new UsageError(`--ports takes a range such as 4700-4799, not ${text}`);
  return { from: portOf(from), to: portOf(to) };
};

export interface RunningCloud {
  readonly cloud: () => Cloud;
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
  /** Resolves when an empty cloud answers on the same port. */
  readonly reset: () => Promise<void>;
}

/** The answer of a request itself must leave before its server closes. */
const afterAnswer =
  (step: () => Promise<void>): (() => void) =>
  () =>
    void setImmediate(() => void step());

/** The lock of a cloud that did not start. */
const nothing = (): void => {};

/**
 * Starts the cloud of this folder; `reset` replaces it by an empty one on the same port and then calls `afterReset`, which
 * handles its own failures.
 */
export const startCloud = async (
  options: CloudOptions,
  afterReset: () => Promise<void> = async () => {},
): Promise<RunningCloud> => {
  const port = options.port ?? portOf(process.env["WARMSTART_PORT"] ?? "4566");
  // A cloud in memory disturbs no other one on this folder; WARMSTART_PORT finds it there.
  const isAlone = options.folder !== undefined || readLock() === undefined;
  if (isAlone) refuseSecond();
  let release = nothing;
  const end = Promise.withResolvers<void>();
  end.promise.catch(() => {}); // whoever waits for the end gets the failure
  const open = async (at: number): Promise<Cloud> =>
    createCloud({ ...options, port: at, onDown: afterAnswer(stop), onReset: afterAnswer(reset) });

  let stopped: Promise<void> | undefined;
  let turn: Promise<void> = Promise.resolve();
  /** One after the other, whoever asks how often: signals, `down` and `reset` do not know of each other. */
  const inTurn = (step: () => Promise<void>): Promise<void> => {
    turn = turn.then(step).catch((error: unknown) => {
      release();
      end.reject(error);
    });
    return turn;
  };
  const stop = (): Promise<void> =>
    (stopped ??= inTurn(async () => {
      await cloud.close();
      release();
      end.resolve();
    }));
  const reset = (): Promise<void> =>
    inTurn(async () => {
      if (stopped !== undefined) return;
      await cloud.close();
      if (options.folder !== undefined) emptyState(options.folder);
      cloud = await open(Number(new URL(cloud.endpoint).port));
      void afterReset();
    });
  let cloud = await open(port);
  if (isAlone) release = writeLock(Number(new URL(cloud.endpoint).port));
  return { cloud: () => cloud, ended: end.promise, stop, reset };
};

/** `warmstart up`: in the foreground until Ctrl-C or `warmstart down`. */
export const up = async (given: string[]): Promise<void> => {
  const { values } = parseArgs({
    args: given.map((arg) => (arg === "--inspect" ? "--inspect=" : arg)), // without a name it is for all functions
    options: {
      memory: { type: "boolean" },
      port: { type: "string" },
      stages: { type: "string" },
      ports: { type: "string" },
      inspect: { type: "string" },
      "allow-net": { type: "string" },
    },
  });
  const started = performance.now();
  const running = await startCloud({
    ...(values.memory !== true && { folder: stateFolder() }),
    ...(values.port !== undefined && { port: portOf(values.port) }),
    ...(values.ports !== undefined && { apiPorts: rangeOf(values.ports) }),
    ...(values.stages !== undefined && { stages: values.stages.split(",") }),
    ...(values.inspect !== undefined && { inspect: values.inspect === "" ? true : values.inspect }),
    ...(values["allow-net"] !== undefined && { allowNet: values["allow-net"].split(",") }),
  });
  process.stdout.write(
    `warmstart: cloud ready at ${running.cloud().endpoint} in ${Math.round(performance.now() - started)} ms\n`,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void running.stop());
  await running.ended;
};
