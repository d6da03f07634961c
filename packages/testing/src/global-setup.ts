import vm from "node:vm";
import { startPool } from "./lease.ts";

// jest gives setup and teardown no other way to share a value than the global object of the parent process.
const shared = globalThis as typeof globalThis & { warmstartPool?: { stop: () => Promise<void> } };

/** Starts the pool once per run; test files find it by WARMSTART_POOL. */
const setup = async (): Promise<void> => {
  if (!("SourceTextModule" in vm))
    throw new Error("Tests are ES modules: run jest with NODE_OPTIONS=--experimental-vm-modules");
  const pool = await startPool();
  shared.warmstartPool = pool;
  process.env["WARMSTART_POOL"] = pool.url;
};

/** Ends the pool. */
export const teardown = async (): Promise<void> => shared.warmstartPool?.stop();

export default setup;
