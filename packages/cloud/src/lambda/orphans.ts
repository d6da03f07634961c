// Function processes end with the cloud. One that was too busy to notice is ended by the next start, known by its pid
// and start time: a pid alone may belong to somebody else by now.
import type { Ground } from "../ports.ts";
import type { FunctionProcess } from "./function-process.ts";
import { startTimeOf } from "./memory.ts";

export interface Orphans {
  readonly record: (process: Pick<FunctionProcess, "pid" | "ended">) => void;
  /** Resolves when all processes have ended: until then the store must stay open. */
  readonly settled: () => Promise<void>;
  /** Ends what an earlier cloud on this state left behind. */
  readonly end: () => void;
}

export const createOrphans = ({ store, report }: Ground): Orphans => {
  const table = store.table<{ pid: number; startTime: string }>("lambda_processes");
  const living = new Set<Promise<unknown>>();
  return {
    record: ({ pid, ended }) => {
      const startTime = startTimeOf(pid);
      // Without /proc nothing is recorded: the broken channel ends the process.
      if (startTime !== undefined) table.put(String(pid), { pid, startTime });
      const forget = async (): Promise<void> => {
        await ended;
        if (startTime !== undefined) table.remove(String(pid));
        living.delete(forgotten);
      };
      const forgotten = forget();
      living.add(forgotten);
    },
    settled: async () => {
      await Promise.all(living);
    },
    end: () => {
      for (const [key, { pid, startTime }] of table.list()) {
        if (startTimeOf(pid) === startTime) {
          report(`ending the function process ${pid} of a cloud that was killed`);
          try {
            process.kill(-pid, "SIGKILL");
          } catch {
            // it ended just now
          }
        }
        table.remove(key);
      }
    },
  };
};
