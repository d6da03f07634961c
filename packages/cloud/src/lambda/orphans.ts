// Function processes end with the cloud. One that was too busy to notice is ended by the next start, known by its pid
// and start time: a pid alone may belong to somebody else by now.
import type { Ground } from "../ports.ts";
import type { FunctionProcess } from "./function-process.ts";
import { startTimeOf } from "./memory.ts";

export interface Orphans {
  readonly record: (process: FunctionProcess) => void;
  /** Ends what an earlier cloud on this state left behind. */
  readonly end: () => void;
}

export const createOrphans = ({ store, report }: Ground): Orphans => {
  const table = store.table<{ pid: number; startTime: string }>("lambda_processes");
  return {
    record: ({ pid, ended }) => {
      const startTime = startTimeOf(pid);
      if (startTime === undefined) return; // no /proc: the broken channel ends the process
      table.put(String(pid), { pid, startTime });
      void ended.then(() => table.remove(String(pid)));
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
