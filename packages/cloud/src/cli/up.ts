import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Cloud, CloudOptions } from "../api.ts";
import { createCloud } from "../cloud.ts";
import { removeTree } from "../store/remove-tree.ts";
import { stateFolder, takeLock } from "./lock.ts";
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

/** Everything in the state folder but the lock, which says that this process lives. */
export const emptyState = (folder: string): void => {
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) {
    if (name !== "lock.json") removeTree(join(folder, name));
  }
};

export interface RunningCloud {
  readonly cloud: () => Cloud;
  readonly ended: Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Starts the cloud of this folder; `reset` replaces it by an empty one on the same port. */
export const startCloud = async (options: CloudOptions): Promise<RunningCloud> => {
  const port = options.port ?? portOf(process.env["WARMSTART_PORT"] ?? "4566");
  const release = takeLock(port);
  const end = Promise.withResolvers<void>();
  const open = async (): Promise<Cloud> =>
    createCloud({ ...options, port, onDown: () => setImmediate(() => void stop()), onReset });
  const stop = async (): Promise<void> => {
    await cloud.close();
    release();
    end.resolve();
  };
  const replace = async (): Promise<void> => {
    await cloud.close();
    if (options.folder !== undefined) emptyState(options.folder);
    cloud = await open();
  };
  // The answer of the reset request itself must leave before its server closes.
  const onReset = (): void => void setImmediate(() => void replace());
  let cloud = await open().catch((error: unknown) => {
    release();
    throw error;
  });
  return { cloud: () => cloud, ended: end.promise, stop };
};

/** `warmstart up`: in the foreground until Ctrl-C or `warmstart down`. */
export const up = async (args: string[]): Promise<void> => {
  const { values } = parseArgs({
    args,
    options: {
      memory: { type: "boolean" },
      port: { type: "string" },
      stages: { type: "string" },
      ports: { type: "string" },
    },
  });
  const started = performance.now();
  const running = await startCloud({
    ...(values.memory !== true && { folder: stateFolder() }),
    ...(values.port !== undefined && { port: portOf(values.port) }),
    ...(values.ports !== undefined && { apiPorts: rangeOf(values.ports) }),
    ...(values.stages !== undefined && { stages: values.stages.split(",") }),
  });
  process.stdout.write(
    `warmstart: cloud ready at ${running.cloud().endpoint} in ${Math.round(performance.now() - started)} ms\n`,
  );
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void running.stop());
  await running.ended;
};
