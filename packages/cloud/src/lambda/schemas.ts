// What a function's configuration may say, in the API as in a template: both use the same names. What is not here is refused.
import * as v from "valibot";
import { inert, within } from "../cloudformation/property-schema.ts";
import { AwsError, unsupported } from "../gateway/aws-error.ts";
import { ASYNC, LIMITS, RESERVED_VARIABLES, RUNTIMES } from "./limits.ts";

/** A whole number of this range. */
export const whole = ({ least, most }: { least: number; most: number }) => v.pipe(within(least, most), v.integer());
/** Parameters of every list. */
export const paging = { Marker: v.optional(v.string()), MaxItems: v.optional(whole({ least: 1, most: 10_000 }), 50) };
/** Where outcomes of asynchronous invocations may go. FIFO queues and topics are refused, as by AWS. */
const arnOf = (services: string, what: string) =>
  v.pipe(
    v.string(),
    v.regex(new RegExp(`^arn:aws:(${services}):[a-z0-9-]+:\\d{12}:[\\w:/$-]+$`), `must be the ARN of ${what}`),
  );
const destination = arnOf("sqs|sns|lambda|events", "a function, standard queue, standard topic or event bus");
export const queueOrTopic = arnOf("sqs|sns", "a standard queue or topic");

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
  MemorySize: v.optional(whole(LIMITS.memoryMb)),
  Timeout: v.optional(whole(LIMITS.timeoutSeconds)),
  Environment: v.optional(v.strictObject({ Variables: v.optional(variables) })),
  DeadLetterConfig: v.optional(v.strictObject({ TargetArn: v.optional(queueOrTopic) })),
  LoggingConfig: v.optional(
    v.strictObject({
      LogFormat: v.optional(v.literal("Text", 'only "Text" is supported')),
      LogGroup: v.optional(v.string()),
    }),
  ),
};

const name = v.pipe(v.string(), v.regex(/^[a-zA-Z0-9-_]{1,64}$/, "must be 1 to 64 letters, digits, - or _"));
const architectures = v.optional(v.pipe(v.array(v.picklist(["arm64", "x86_64"])), v.length(1)));
const s3Code = { S3Bucket: v.optional(v.string()), S3Key: v.optional(v.string()), ZipFile: v.optional(v.string()) };

export const functionProperties = v.strictObject({
  ...configuration,
  FunctionName: v.optional(name),
  Architectures: architectures,
  Code: v.strictObject(s3Code),
  PackageType: v.optional(v.literal("Zip", 'only "Zip" is supported')),
  ReservedConcurrentExecutions: v.optional(whole({ least: 0, most: LIMITS.accountConcurrency })),
  EphemeralStorage: inert,
  KmsKeyArn: inert,
  Tags: inert,
  TracingConfig: inert,
});
export type FunctionProperties = v.InferOutput<typeof functionProperties>;

export const updateCodeSchema = v.strictObject({
  ...s3Code,
  FunctionName: v.string(),
  Architectures: architectures,
});

export const updateConfigurationSchema = v.strictObject({
  ...v.partial(v.object(configuration)).entries,
  FunctionName: v.string(),
});

export const invokeConfigSchema = v.strictObject({
  FunctionName: v.string(),
  Qualifier: v.optional(v.string()),
  MaximumRetryAttempts: v.optional(whole({ least: 0, most: ASYNC.maximumRetryAttempts })),
  MaximumEventAgeInSeconds: v.optional(
    whole({ least: ASYNC.leastEventAgeSeconds, most: ASYNC.maximumEventAgeSeconds }),
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
/** RoutingConfig is not in here: traffic is not split between versions. */
export const aliasSchema = v.strictObject({
  FunctionName: v.string(),
  Name: aliasName,
  FunctionVersion: v.pipe(v.string(), v.regex(/^(\$LATEST|\d+)$/, "must be the number of a version")),
  Description: v.optional(v.pipe(v.string(), v.maxLength(256))),
});

export const versionProperties = v.strictObject({
  FunctionName: v.string(),
  CodeSha256: v.optional(v.string()),
  Description: v.optional(v.string()),
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
