// Creating, changing and deleting functions: what the API and the templates have in common.
import { AwsError } from "../gateway/aws-error.ts";
import type { Iam, S3 } from "../ports.ts";
import type { Code, CodeStore } from "./code.ts";
import { checkDestination } from "./destinations.ts";
import { LIMITS } from "./limits.ts";
import { LATEST, type Configuration, type FunctionModel, type FunctionRecord } from "./model.ts";
import type { Pool } from "./pool.ts";
import type { FunctionProperties } from "./schemas.ts";
import { makeZip } from "./zip.ts";

/** `ZipFile` is base64 of a zip in the API, source text in a template. */
type CodeSource = FunctionProperties["Code"];

export interface Functions {
  readonly create: (name: string, configuration: Configuration, code: Code) => FunctionRecord;
  readonly update: (record: FunctionRecord, change: { configuration?: Configuration; code?: Code }) => FunctionRecord;
  readonly remove: (name: string) => void;
  readonly readCode: (source: CodeSource, inline: "base64" | "text") => Promise<Code>;
}

export interface FunctionsOptions {
  readonly model: FunctionModel;
  readonly code: CodeStore;
  readonly pool: Pool;
  readonly iam: Iam;
  readonly s3: Pick<S3, "readObject">;
  /** Called after each change, when there may be time to make spare processes. */
  readonly onChange: (record: FunctionRecord) => void;
  readonly onRemove: (name: string) => void;
}

const invalid = (message: string): AwsError => new AwsError("InvalidParameterValueException", 400, message);

/** The configuration that properties of a template or parameters of the API describe. */
export const configurationOf = (name: string, input: Omit<FunctionProperties, "Code" | "Tags">): Configuration => ({
  runtime: input.Runtime,
  handler: input.Handler,
  role: input.Role,
  description: input.Description ?? "",
  memoryMb: input.MemorySize ?? 128,
  timeoutSeconds: input.Timeout ?? 3,
  variables: input.Environment?.Variables ?? {},
  logGroup: input.LoggingConfig?.LogGroup ?? `/aws/lambda/${name}`,
  architectures: input.Architectures ?? ["x86_64"],
  ...(input.DeadLetterConfig?.TargetArn !== undefined && { deadLetterArn: input.DeadLetterConfig.TargetArn }),
  ...(input.ReservedConcurrentExecutions !== undefined && { reservedConcurrency: input.ReservedConcurrentExecutions }),
});

export const createFunctions = ({ model, code, pool, iam, s3, onChange, onRemove }: FunctionsOptions): Functions => {
  const checkReserved = (name: string, reserved: number): void => {
    const others = model.list().filter((record) => record.name !== name);
    const taken = others.reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, reserved);
    if (LIMITS.accountConcurrency - taken >= LIMITS.unreservedConcurrency) return;
    throw invalid(
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution " +
        `below its minimum value of [${LIMITS.unreservedConcurrency}].`,
    );
  };
  const check = (name: string, { role, deadLetterArn, reservedConcurrency = 0 }: Configuration): void => {
    if (!iam.trusts(role, "lambda.amazonaws.com")) {
      throw invalid("The role defined for the function cannot be assumed by Lambda.");
    }
    checkDestination(iam, { name, role }, deadLetterArn);
    checkReserved(name, reservedConcurrency);
  };
  const readZip = async ({ S3Bucket, S3Key, ZipFile }: CodeSource, inline: "base64" | "text"): Promise<Buffer> => {
    if (S3Bucket !== undefined && S3Key !== undefined && ZipFile === undefined) {
      return await s3.readObject(S3Bucket, S3Key).catch((error: unknown) => {
        const detail = error instanceof AwsError ? `${error.code}, ${error.message}` : String(error);
        throw invalid(`Error occurred while GetObject. S3 Error Code and Message: ${detail}`);
      });
    }
    if (ZipFile === undefined || S3Bucket !== undefined || S3Key !== undefined) {
      throw invalid("Please provide a source for function code: either ZipFile, or S3Bucket and S3Key");
    }
    if (inline === "text") return makeZip([{ name: "index.js", content: ZipFile }]);
    const zip = Buffer.from(ZipFile, "base64");
    if (zip.length <= LIMITS.zipBytes) return zip;
    throw new AwsError("RequestTooLargeException", 413, `The zip is over ${LIMITS.zipBytes} bytes; upload it to S3`);
  };

  return {
    readCode: async (source, inline) => await code.add(await readZip(source, inline)),
    create: (name, configuration, itsCode) => {
      if (model.find(name)) throw new AwsError("ResourceConflictException", 409, `Function already exist: ${name}`);
      check(name, configuration);
      const record = model.put({ name, version: LATEST, ...configuration, code: itsCode });
      onChange(record);
      return record;
    },
    update: (record, { configuration, code: itsCode }) => {
      if (configuration !== undefined) check(record.name, configuration);
      const { deadLetterArn: _queue, reservedConcurrency: _reserved, ...rest } = record;
      const base = configuration === undefined ? record : { ...rest, ...configuration };
      const changed = model.put({ ...base, ...(itsCode !== undefined && { code: itsCode }) });
      pool.retire(changed.name, changed.revisionId);
      onChange(changed);
      return changed;
    },
    remove: (name) => {
      model.get(name);
      model.remove(name);
      pool.retire(name);
      onRemove(name);
    },
  };
};
