// Log lines of several functions in the order of time, for `warmstart logs`.
import type { Loopback } from "./loopback.ts";
import type { CloudStatus } from "./status.ts";

export interface LogLine {
  readonly id: string;
  readonly function: string;
  readonly timestamp: number;
  readonly message: string;
}

const FILTER_LOG_EVENTS = "Logs_20140328.FilterLogEvents";

interface FilterLogEventsOutput {
  readonly events?: readonly { readonly eventId: string; readonly timestamp: number; readonly message: string }[];
  readonly nextToken?: string;
}

/** A function whose template makes no log group has none until it first runs. */
const noGroupYet = (error: unknown): FilterLogEventsOutput => {
  if (error instanceof Error && error.message.includes("ResourceNotFoundException")) return {};
  throw error;
};

const readGroup = async (name: string, startTime: number, loopback: Loopback): Promise<LogLine[]> => {
  const lines: LogLine[] = [];
  let nextToken: string | undefined;
  do {
    const input = { logGroupName: `/aws/lambda/${name}`, startTime, ...(nextToken !== undefined && { nextToken }) };
    const output: FilterLogEventsOutput = await loopback.json("logs", FILTER_LOG_EVENTS, input).catch(noGroupYet);
    for (const { eventId, timestamp, message } of output.events ?? []) {
      lines.push({ id: eventId, function: name, timestamp, message });
    }
    nextToken = output.nextToken;
  } while (nextToken !== undefined);
  return lines;
};

/** `?function=` names one (its full name or its last part), `?since=` is in ms since 1970. */
export const readLogs = async (
  query: URLSearchParams,
  status: CloudStatus,
  loopback: Loopback,
): Promise<{ lines: readonly LogLine[] }> => {
  const wanted = query.get("function");
  const names = Object.values(status.services).flatMap(({ functions }) => functions);
  const chosen = names.filter((name) => wanted === null || name === wanted || name.endsWith(`-${wanted}`));
  if (wanted !== null && chosen.length === 0) {
    throw new Error(`No function is called ${JSON.stringify(wanted)}; there are: ${names.join(", ") || "none"}`);
  }
  const since = Number(query.get("since") ?? 0);
  const groups = await Promise.all(chosen.map((name) => readGroup(name, since, loopback)));
  return { lines: groups.flat().toSorted((a, b) => a.timestamp - b.timestamp || (a.id < b.id ? -1 : 1)) };
};
