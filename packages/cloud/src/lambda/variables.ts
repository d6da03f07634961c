// The environment variables of a function process: a clean map as on AWS, nothing of the host leaks.
import { dirname } from "node:path";
import type { Credentials } from "../ports.ts";
import type { FunctionRecord } from "./model.ts";

export interface VariableSources {
  readonly record: FunctionRecord;
  readonly region: string;
  readonly endpoint: string;
  readonly credentials: Credentials;
  readonly logStream: string;
  readonly root: string;
  readonly temporary: string;
}

export const variablesOf = ({
  record,
  region,
  endpoint,
  credentials,
  ...place
}: VariableSources): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  ...record.variables,
  PATH: `${dirname(process.execPath)}:/usr/local/bin:/usr/bin:/bin:/opt/bin`,
  LANG: "en_US.UTF-8",
  TZ: record.variables["TZ"] ?? ":UTC",
  TMPDIR: place.temporary,
  LAMBDA_TASK_ROOT: place.root,
  LAMBDA_RUNTIME_DIR: "/var/runtime",
  _HANDLER: record.handler,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_ACCESS_KEY_ID: credentials.accessKeyId,
  AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
  AWS_SESSION_TOKEN: credentials.sessionToken,
  AWS_EXECUTION_ENV: `AWS_Lambda_${record.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: record.name,
  AWS_LAMBDA_FUNCTION_VERSION: record.version,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(record.memoryMb),
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_LOG_GROUP_NAME: record.logGroup,
  AWS_LAMBDA_LOG_STREAM_NAME: place.logStream,
});
