import { gzipSync } from "node:zlib";
import type { CloudWatchLogsEvent } from "aws-lambda";
import { ACCOUNT, digest, EVENT_TIME } from "./deterministic.ts";

export interface LogsEventOptions {
  readonly logGroup?: string;
  readonly logStream?: string;
  readonly filter?: string;
  readonly time?: number;
}

/** What a CloudWatch Logs subscription delivers: gzip and base64 of a DATA_MESSAGE with one event per line. */
export const logsEvent = (lines: readonly unknown[], options: LogsEventOptions = {}): CloudWatchLogsEvent => {
  const {
    logGroup = "/aws/lambda/function",
    logStream = "2026/01/15/[$LATEST]0",
    filter = "filter",
    time = EVENT_TIME,
  } = options;
  const message = {
    messageType: "DATA_MESSAGE",
    owner: ACCOUNT,
    logGroup,
    logStream,
    subscriptionFilters: [filter],
    logEvents: lines.map((line, index) => ({
      id: BigInt(`0x${digest([logStream, index, line], 46)}`)
        .toString()
        .slice(0, 56)
        .padStart(56, "3"),
      timestamp: time + index,
      message: typeof line === "string" ? line : JSON.stringify(line),
    })),
  };
  return { awslogs: { data: gzipSync(JSON.stringify(message)).toString("base64") } };
};
