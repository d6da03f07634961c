// What a function's configuration may say, in the API as in a template: both use the same names. What is not here is refused.
import * as v from "valibot";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { ASYNC, LIMITS, RESERVED_VARIABLES, RUNTIMES } from "./limits.ts";

/** Parameters of a template arrive as text. */
const amount = v.union([v.number(), v.pipe(v.string(), v.regex(/^\d+$/), v.transform(Number))]);
export const within = ({ least, most }: { least: number; most: number }) =>
  v.pipe(
    amount,
    v.integer(),
    v.minValue(least, `must be at least ${least}`),
    v.maxValue(most, `must be at most ${most}`),
  );
export const flag = v.union([
  v.boolean(),
  v.pipe(
    v.picklist(["true", "false"]),
    v.transform((text) => text === "true"),
  ),
]);
const inert = v.optional(v.unknown());
export const queueArn = v.pipe(
  v.string(),
  v.regex(/^arn:aws:sqs:[a-z0-9-]+:\d{12}:[\w-]+$/, "only the ARN of a standard SQS queue is supported here"),
);
/** Where outcomes of asynchronous invocations may go. FIFO queues and topics are refused, as by AWS. */
const arnOf = (services: string, what: string) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^arn:aws:(${services}):[a-z0-9-]+:\\d{12}:[\\w:/$-]+$`), `must be the ARN of ${what}`),
  );
const destination = arnOf("sqs|sns|lambda|events", "a function, standard queue, standard topic or event bus");
const deadLetterTarget = arnOf("sqs|sns", "a standard queue or topic");

const variables = v.pipe(
  v.record(
    v.pipe(
      v.string(),
      v.regex(/^[a-zA-Z]\w+$/, "is not the name of a variable"),
      v.check(
        (name) => !RESERVED_VARIABLES.has(name),
        ({ input }) => `${input} is reserved: Lambda sets it itself`,
      ),
    ),
    v.union([v.string(), v.pipe(v.union([v.number(), v.boolean()]), v.transform(String))]),
  ),
  v.check(
    (map) => Buffer.byteLength(JSON.stringify(map)) <= LIMITS.environmentVariablesBytes,
    `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the ${LIMITS.environmentVariablesBytes / 1024}KB limit.`,
  ),
);

const configuration = {
  Handler: v.pipe(v.string(), v.maxLength(128), v.regex(/^\S+\.\S+$/, "must be <file>.<export>")),
  Role: v.pipe(v.string(), v.regex(/^arn:aws:iam::\d{12}:role\/\S+$/, "must be the ARN of a role")),
  Runtime: v.picklist(RUNTIMES, `must be one of ${RUNTIMES.join(", ")}`),
  Description: v.optional(v.pipe(v.string(), v.maxLength(256))),
  MemorySize: v.optional(within(LIMITS.memoryMb)),
  Timeout: v.optional(within(LIMITS.timeoutSeconds)),
  Environment: v.optional(v.strictObject({ Variables: v.optional(variables) })),
  DeadLetterConfig: v.optional(v.strictObject({ TargetArn: v.optional(deadLetterTarget) })),
  LoggingConfig: v.optional(
    v.strictObject({
      LogFormat: v.optional(v.literal("Text", 'only "Text" is supported')),
      LogGroup: v.optional(v.string()),
    }),
  ),
};

export const tags = v.record(
  v.pipe(v.string(), v.minLength(1), v.maxLength(128)),
  v.pipe(v.string(), v.maxLength(256)),
);
const name = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9-_]{1,64}$/, "must be 1 to 64 letters, digits, - or _"));
const architectures = v.optional(v.pipe(v.array(v.picklist(["arm64", "x86_64"])), v.length(1)));
const s3Code = { S3Bucket: v.optional(v.string()), S3Key: v.optional(v.string()), ZipFile: v.optional(v.string()) };

export const createFunctionSchema = v.strictObject({
  ...configuration,
  FunctionName: name,
  Architectures: architectures,
  Code: v.strictObject(s3Code),
  PackageType: v.optional(v.literal("Zip", 'only "Zip" is supported')),
  Publish: v.optional(flag),
  Tags: v.optional(tags),
});

export const functionProperties = v.strictObject({
  ...configuration,
  FunctionName: v.optional(name),
  Architectures: architectures,
  Code: v.strictObject(s3Code),
  PackageType: v.optional(v.literal("Zip", 'only "Zip" is supported')),
  ReservedConcurrentExecutions: v.optional(within({ least: 0, most: LIMITS.accountConcurrency })),
  EphemeralStorage: inert,
  KmsKeyArn: inert,
  RecursiveLoop: inert,
  RuntimeManagementConfig: inert,
  Tags: v.optional(v.array(v.strictObject({ Key: v.string(), Value: v.string() }))),
  TracingConfig: inert,
});
export type FunctionProperties = v.InferOutput<typeof functionProperties>;

export const updateCodeSchema = v.strictObject({
  ...s3Code,
  FunctionName: v.string(),
  Architectures: architectures,
  DryRun: v.optional(v.literal(false, "is not supported")),
  Publish: v.optional(flag),
  RevisionId: v.optional(v.string()),
});

export const updateConfigurationSchema = v.strictObject({
  ...v.partial(v.object(configuration)).entries,
  FunctionName: v.string(),
  RevisionId: v.optional(v.string()),
});

export const publishSchema = v.strictObject({
  FunctionName: v.string(),
  CodeSha256: v.optional(v.string()),
  Description: v.optional(v.string()),
  RevisionId: v.optional(v.string()),
});

export const reservedSchema = v.strictObject({
  FunctionName: v.string(),
  ReservedConcurrentExecutions: within({ least: 0, most: LIMITS.accountConcurrency }),
});

export const invokeConfigSchema = v.strictObject({
  FunctionName: v.string(),
  Qualifier: v.optional(v.string()),
  MaximumRetryAttempts: v.optional(within({ least: 0, most: ASYNC.maximumRetryAttempts })),
  MaximumEventAgeInSeconds: v.optional(
    within({ least: ASYNC.leastEventAgeSeconds, most: ASYNC.maximumEventAgeSeconds }),
  ),
  DestinationConfig: v.optional(
    v.strictObject({
      OnSuccess: v.optional(v.strictObject({ Destination: v.optional(destination) })),
      OnFailure: v.optional(v.strictObject({ Destination: v.optional(destination) })),
    }),
  ),
});
export type InvokeConfigInput = v.InferOutput<typeof invokeConfigSchema>;

export const permissionSchema = v.strictObject({
  FunctionName: v.string(),
  StatementId: v.optional(v.pipe(v.string(), v.regex(/^[a-zA-Z0-9-_]{1,100}$/))),
  Qualifier: v.optional(v.string()),
  Action: v.pipe(v.string(), v.regex(/^(lambda:[*a-zA-Z]+|\*)$/, "must be a Lambda action")),
  Principal: v.string(),
  SourceArn: v.optional(v.pipe(v.string(), v.startsWith("arn:"))),
  SourceAccount: v.optional(v.pipe(v.string(), v.regex(/^\d{12}$/))),
});
export type PermissionInput = v.InferOutput<typeof permissionSchema>;

const aliasName = v.pipe(
  v.string(),
  v.regex(/^(?!\d+$)[a-zA-Z0-9-_]{1,128}$/, "must be letters, digits, - or _, and no number"),
);
const alias = {
  FunctionName: v.string(),
  Name: aliasName,
  FunctionVersion: v.pipe(v.string(), v.regex(/^(\$LATEST|\d+)$/, "must be the number of a version")),
  Description: v.optional(v.pipe(v.string(), v.maxLength(256))),
};
/** RoutingConfig is not in here: traffic is not split between versions. */
export const aliasSchema = v.strictObject(alias);
export const updateAliasSchema = v.strictObject({
  ...alias,
  FunctionVersion: v.optional(alias.FunctionVersion),
  RevisionId: v.optional(v.string()),
});

export const versionProperties = v.strictObject({
  FunctionName: v.string(),
  CodeSha256: v.optional(v.string()),
  Description: v.optional(v.string()),
  RuntimePolicy: inert,
});

/** Reads parameters or properties; what is wrong or unknown is refused by its path. */
export const read = <S extends v.GenericSchema>(schema: S, input: unknown): v.InferOutput<S> => {
  const result = v.safeParse(schema, input);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const path = v.getDotPath(issue) ?? "The input";
  const missing = issue.received === "undefined";
  if (issue.type === "strict_object" && !missing && issue.expected === "never") throw unsupported(path);
  const message = missing ? `${path} is missing` : `${path}: ${issue.message}`;
  throw new AwsError("InvalidParameterValueException", 400, message);
};
