// All routes of the admin API, a file per subject.
import { clockRoutes } from "./routes/clock.ts";
import { faultRoutes } from "./routes/faults.ts";
import { type FunctionPorts, functionRoutes } from "./routes/functions.ts";
import { type HealthPorts, healthRoutes } from "./routes/health.ts";
import { recordRoutes, type Records } from "./routes/records.ts";
import { type StackPorts, stackRoutes } from "./routes/stacks.ts";
import { traceRoutes } from "./routes/traces.ts";
import type { AdminRoutes } from "./route.ts";
import type { AccountIam, Ground } from "../ports.ts";

export interface AdminPorts extends StackPorts, Records, FunctionPorts, HealthPorts {
  readonly ground: Pick<Ground, "clock" | "faults" | "traces" | "meter">;
  readonly iam: AccountIam;
}

export const adminRoutes = (ports: AdminPorts): AdminRoutes => {
  const { clock, faults, traces, meter } = ports.ground;
  return {
    ...stackRoutes(ports),
    ...clockRoutes(clock),
    ...faultRoutes(faults),
    ...functionRoutes(ports),
    ...traceRoutes(traces, meter),
    ...recordRoutes(ports),
    ...healthRoutes(ports),
  };
};
