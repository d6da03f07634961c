// Functions as the API shows them, page by page.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import { LATEST, type FunctionRecord, type InvokeConfig } from "./model.ts";
import { within } from "./schemas.ts";

/** Parameters of every list. */
export const paging = { Marker: v.optional(v.string()), MaxItems: v.optional(within({ least: 1, most: 10_000 })) };

/** The page after `Marker` of a list in the order of its keys. */
export const pageOf = <T>(
  all: readonly T[],
  keyOf: (item: T) => string,
  { Marker = "", MaxItems = 50 }: { readonly Marker?: string | undefined; readonly MaxItems?: number | undefined },
): { readonly page: readonly T[]; readonly next?: string } => {
  const from = Marker === "" ? 0 : all.findIndex((item) => keyOf(item) === Marker) + 1;
  const page = all.slice(from, from + MaxItems);
  const last = page.at(-1);
  return { page, ...(last !== undefined && from + page.length < all.length && { next: keyOf(last) }) };
};

/** Throws when somebody else has changed it since. */
export const checkRevision = ({ revisionId }: { readonly revisionId: string }, wanted: string | undefined): void => {
  if (wanted === undefined || wanted === revisionId) return;
  const message = "The RevisionId provided does not match the latest RevisionId. Call the GetFunction/GetAlias API to retrieve the latest RevisionId"; // prettier-ignore
  throw new AwsError("PreconditionFailedException", 412, message);
};

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

export const describeInvokeConfig = (
  arn: string,
  qualifier: string,
  { maximumRetryAttempts, maximumEventAgeSeconds, onSuccess, onFailure, lastModified }: InvokeConfig,
): Readonly<Record<string, unknown>> => ({
  FunctionArn: `${arn}:${qualifier}`,
  LastModified: lastModified / 1000,
  MaximumRetryAttempts: maximumRetryAttempts,
  MaximumEventAgeInSeconds: maximumEventAgeSeconds,
  DestinationConfig: {
    OnSuccess: onSuccess === undefined ? {} : { Destination: onSuccess },
    OnFailure: onFailure === undefined ? {} : { Destination: onFailure },
  },
});
