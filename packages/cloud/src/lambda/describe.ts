// Functions as the API shows them.
import { LATEST, type FunctionRecord } from "./model.ts";

/** `2026-11-21T08:00:00.000+0000`, as Lambda writes times. */
const timeOf = (ms: number): string => new Date(ms).toISOString().replace("Z", "+0000");

export const describeFunction = (record: FunctionRecord): Readonly<Record<string, unknown>> => ({
  FunctionName: record.name,
  FunctionArn: record.version === LATEST ? record.arn : `${record.arn}:${record.version}`,
  Runtime: record.runtime,
  Role: record.role,
  Handler: record.handler,
  CodeSize: record.code.sizeBytes,
  CodeSha256: record.code.sha256,
  Description: record.description,
  Timeout: record.timeoutSeconds,
  MemorySize: record.memoryMb,
  LastModified: timeOf(record.lastModified),
  Version: record.version,
  RevisionId: record.revisionId,
  State: "Active",
  LastUpdateStatus: "Successful",
  PackageType: "Zip",
  Architectures: record.architectures,
  LoggingConfig: { LogFormat: "Text", LogGroup: record.logGroup },
  ...(Object.keys(record.variables).length > 0 && { Environment: { Variables: record.variables } }),
  ...(record.deadLetterArn !== undefined && { DeadLetterConfig: { TargetArn: record.deadLetterArn } }),
});
