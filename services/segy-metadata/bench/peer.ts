// segyio, the reference library, when Debian's python3-segyio is there: eight header fields of all traces.
import { execFileSync } from "node:child_process";

const PYTHON = ["/usr/bin/python3", "python3"];

const PROGRAM = `
import resource, sys, time, segyio
started = time.time()
with segyio.open(sys.argv[1], strict=False, ignore_geometry=True) as f:
    for byte in (9, 21, 71, 115, 181, 185, 189, 193):
        f.attributes(byte)[:]
    traces = f.tracecount
used = resource.getrusage(resource.RUSAGE_SELF)
print(segyio.__version__, traces, (used.ru_utime + used.ru_stime) * 1000, (time.time() - started) * 1000)
`;

export interface PeerResult {
  readonly version: string;
  readonly traces: number;
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Undefined without segyio. */
export const segyio = (file: string): PeerResult | undefined => {
  for (const python of PYTHON) {
    try {
      const printed = execFileSync(python, ["-c", PROGRAM, file], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
      const [version = "", traces, cpuMs, wallMs] = printed.trim().split(" ");
      return { version, traces: Number(traces), cpuMs: Number(cpuMs), wallMs: Number(wallMs) };
    } catch {
      continue; // no Python here, or no segyio in it
    }
  }
  return undefined;
};
