// Ports of debuggers: one per function and the same for ever, so that an editor need be told only once.
import type { Ground } from "../ports.ts";
import { LOCAL } from "./limits.ts";
import { LATEST, type FunctionRecord } from "./model.ts";

/** The port of a function's debugger; none when it is not to be inspected. */
export type InspectPort = (record: Pick<FunctionRecord, "name" | "version">) => number | undefined;

/** `wanted`: every function, or the one of this name. */
export const createInspect = ({ store, report }: Ground, wanted: true | string | undefined): InspectPort => {
  const ports = store.table<number>("lambda_inspect_ports");
  const told = new Set<string>();
  return ({ name, version }) => {
    if (wanted === undefined || (wanted !== true && wanted !== name) || version !== LATEST) return undefined;
    const taken = new Set(ports.list().map(([, port]) => port));
    let port = ports.get(name) ?? LOCAL.inspectPort;
    if (ports.get(name) === undefined) while (taken.has(port)) port++;
    ports.put(name, port);
    if (!told.has(name)) report(`the debugger of ${name} is at 127.0.0.1:${port}; it has no time limit meanwhile`);
    told.add(name);
    return port;
  };
};
