// Where a test's cloud comes from: the pool that the preset starts once per run, or a process of its own.
import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";
import { send } from "./http-client.ts";

export interface Lease {
  readonly endpoint: string;
  readonly close: () => Promise<void>;
}

export interface Pool {
  readonly url: string;
  readonly stop: () => Promise<void>;
}

const leaseFromPool = async (pool: string, options: object): Promise<Lease> => {
  const { status, json, text } = await send("POST", `${pool}/clouds`, { body: options });
  if (status !== 200) throw new Error(`The pool of clouds answered ${status}: ${text}`);
  const { id, endpoint } = json as { id: string; endpoint: string }; // our own pool's answer
  return { endpoint, close: async () => void (await send("DELETE", `${pool}/clouds/${id}`)) };
};

/** A pool of one's own that ends with the cloud, also with one that could not be opened. */
const leaseFromOwnPool = async (options: object): Promise<Lease> => {
  const { url, stop } = await startPool();
  try {
    const lease = await leaseFromPool(url, options);
    const close = async (): Promise<void> => {
      try {
        await lease.close();
      } finally {
        await stop();
      }
    };
    return { endpoint: lease.endpoint, close };
  } catch (error) {
    await stop();
    throw error;
  }
};

/** Starts the process that holds the clouds of a test run. */
export const startPool = async (): Promise<Pool> => {
  const program = fileURLToPath(import.meta.resolve("@warmstart/testing/pool"));
  const args = ["--disable-warning=ExperimentalWarning", program];
  const child = spawn(process.execPath, args, { stdio: ["pipe", "pipe", "inherit"] });
  const exited = new Promise<void>((resolve) => child.once("exit", () => resolve()));
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once("data", (line: Buffer) => resolve(line.toString("utf8").trim()));
    child.once("exit", (code) => reject(new Error(`The pool of clouds ended at its start (exit status ${code})`)));
  });
  // A test that fails before it closes its cloud must not keep the run alive; the pool ends when its input does.
  child.stdout.destroy();
  child.unref();
  if ("unref" in child.stdin && typeof child.stdin.unref === "function") child.stdin.unref();
  return {
    url,
    stop: async () => {
      child.ref();
      child.stdin.end();
      await exited;
    },
  };
};

/** Takes a cloud from the run's pool, or from one that is started for it. */
export const takeLease = async (options: object): Promise<Lease> => {
  const pool = process.env["WARMSTART_POOL"];
  const lease = await (pool === undefined ? leaseFromOwnPool(options) : leaseFromPool(pool, options));
  const open = openLeases(globalThis);
  const kept: Lease = {
    endpoint: lease.endpoint,
    close: async () => {
      open.delete(kept);
      await lease.close();
    },
  };
  open.add(kept);
  return kept;
};

const key = Symbol.for("warmstart.leases");

/**
 * The clouds that a test file has open. They hang on its global object, the only thing that jest's environment of the
 * file can see of it: a failed test shows what happened in them, and the end of the file closes what it left open.
 */
export const openLeases = (global: object): Set<Lease> => {
  const known: unknown = Reflect.get(global, key);
  if (known !== undefined) return known as Set<Lease>; // put there by this function
  const leases = new Set<Lease>();
  Reflect.set(global, key, leases);
  return leases;
};
