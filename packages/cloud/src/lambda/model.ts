// Functions, their versions and their resource policies.
import { randomUUID } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Input } from "../gateway/service.ts";
import type { PolicyDocument, Statement } from "../iam/policy.ts";
import type { Ground } from "../ports.ts";
import type { Code } from "./code.ts";

export const LATEST = "$LATEST";

/** What a caller of CreateFunction or a template decides. */
export interface Configuration {
  readonly runtime: string;
  readonly handler: string;
  readonly role: string;
  readonly description: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly variables: Readonly<Record<string, string>>;
  readonly logGroup: string;
  readonly architectures: readonly string[];
  /** Queue that gets events whose asynchronous retries are used up. */
  readonly deadLetterArn?: string;
  readonly reservedConcurrency?: number;
}

export interface FunctionRecord extends Configuration {
  readonly name: string;
  readonly version: string;
  /** Unqualified. */
  readonly arn: string;
  readonly code: Code;
  readonly lastModified: number;
  /** Changes with everything that a running environment must not outlive. */
  readonly revisionId: string;
  /** The alias by which this version was asked for. */
  readonly alias?: string;
}

/** A name for a version. */
export interface Alias {
  readonly name: string;
  readonly version: string;
  readonly description: string;
}

/** By which it was asked for. */
export const qualifierOf = ({ version, alias }: Pick<FunctionRecord, "version" | "alias">): string => alias ?? version;

/** The ARN by which it was asked for; unqualified for the latest. */
export const qualifiedArn = (record: FunctionRecord): string =>
  qualifierOf(record) === LATEST ? record.arn : `${record.arn}:${qualifierOf(record)}`;

export interface InvokeConfig {
  readonly maximumRetryAttempts?: number | undefined;
  readonly maximumEventAgeSeconds?: number | undefined;
  readonly onSuccess?: string | undefined;
  readonly onFailure?: string | undefined;
}

export interface FunctionModel {
  readonly arnOf: (name: string) => string;
  readonly find: (name: string, qualifier?: string) => FunctionRecord | undefined;
  /** Throws ResourceNotFoundException. `reference` is a name, an ARN or a partial ARN, with or without a qualifier. */
  readonly get: (reference: string, qualifier?: string) => FunctionRecord;
  readonly exists: (reference: string) => boolean;
  readonly put: (record: Omit<FunctionRecord, "revisionId" | "lastModified" | "arn">) => FunctionRecord;
  readonly remove: (name: string) => void;
  readonly list: () => readonly FunctionRecord[];
  /** The code of every function and version. */
  readonly codes: () => readonly Code[];
  readonly publish: (
    name: string,
    options: { codeSha256?: string | undefined; description?: string | undefined },
  ) => FunctionRecord;
  readonly removeVersion: (name: string, version: string) => void;
  readonly versions: (name: string) => readonly FunctionRecord[];
  readonly policyOf: (name: string) => (PolicyDocument & { readonly Statement: readonly Statement[] }) | undefined;
  readonly setPolicy: (name: string, statements: readonly Statement[]) => void;
  readonly aliases: (name: string) => readonly Alias[];
  readonly setAlias: (name: string, alias: Alias) => void;
  readonly removeAlias: (name: string, alias: string) => void;
  /** Without a qualifier that of the latest. */
  readonly invokeConfig: (name: string, qualifier?: string) => InvokeConfig | undefined;
  readonly setInvokeConfig: (name: string, config: InvokeConfig | undefined, qualifier?: string) => void;
}

/** A parameter that must be text; undefined when it was not given. */
export const textOf = (input: Input, name: string): string | undefined => {
  const value = input[name];
  if (value === undefined || typeof value === "string") return value;
  throw new AwsError("InvalidParameterValueException", 400, `${name} must be a string`);
};

/** Function name and qualifier in a name, `name:qualifier`, a partial or a whole ARN. */
export const parseReference = (reference: string): { readonly name: string; readonly qualifier?: string } => {
  const [, name, qualifier] =
    /^(?:(?:arn:aws:lambda:[a-z0-9-]+:)?(?:\d{12}:)?function:)?([a-zA-Z0-9_-]{1,64})(?::(\$LATEST|[a-zA-Z0-9_-]+))?$/.exec(
      reference,
    ) ?? [];
  if (name === undefined) {
    throw new AwsError("ValidationException", 400, `${JSON.stringify(reference)} is not the name or ARN of a function`);
  }
  return { name, ...(qualifier !== undefined && { qualifier }) };
};

const configKey = (name: string, qualifier = LATEST): string => (qualifier === LATEST ? name : `${name}:${qualifier}`);
/** In the order of publishing; `$LATEST` comes first, as `$` is below the digits. */
export const versionKey = (version: string): string => version.padStart(9, "0");

const sameConfiguration = (a: FunctionRecord, b: FunctionRecord): boolean => {
  const essence = ({
    version: _v,
    revisionId: _r,
    lastModified: _l,
    reservedConcurrency: _c,
    ...rest
  }: FunctionRecord) => JSON.stringify(Object.entries(rest).toSorted(([x], [y]) => (x < y ? -1 : 1)));
  return essence(a) === essence(b);
};

const notFound = (arn: string): AwsError =>
  new AwsError("ResourceNotFoundException", 404, `Function not found: ${arn}`);

export const createModel = ({ store, clock, region }: Ground): FunctionModel => {
  const functions = store.table<FunctionRecord>("lambda_functions");
  const published = store.table<FunctionRecord>("lambda_versions");
  const counters = store.table<number>("lambda_version_counters");
  const policies = store.table<readonly Statement[]>("lambda_policies");
  const invokeConfigs = store.table<InvokeConfig>("lambda_invoke_configs");
  const aliases = store.table<Alias>("lambda_aliases");

  /** The same object as long as the policy is the same: IAM compiles it once. */
  const documents = new Map<string, NonNullable<ReturnType<FunctionModel["policyOf"]>>>();

  const arnOf = (name: string): string => `arn:aws:lambda:${region}:${ACCOUNT}:function:${name}`;
  const find = (name: string, qualifier: string = LATEST): FunctionRecord | undefined => {
    const latest = functions.get(name);
    if (latest === undefined || qualifier === LATEST) return latest;
    const alias = /^\d+$/.test(qualifier) ? undefined : aliases.get(`${name}:${qualifier}`);
    const wanted = alias?.version ?? qualifier;
    const version = wanted === LATEST ? latest : published.get(`${name}:${versionKey(wanted)}`);
    const { reservedConcurrency } = latest;
    return version && { ...version, reservedConcurrency, ...(alias !== undefined && { alias: qualifier }) };
  };
  const get = (reference: string, qualifier?: string): FunctionRecord => {
    const { name, qualifier: own = qualifier } = parseReference(reference);
    const found = find(name, own);
    if (found === undefined) throw notFound(own === undefined ? arnOf(name) : `${arnOf(name)}:${own}`);
    return found;
  };
  const versions = (name: string): readonly FunctionRecord[] =>
    published.list({ prefix: `${name}:` }).map(([, record]) => record);
  const publish: FunctionModel["publish"] = (name, { codeSha256, description }) => {
    const latest = get(name);
    if (codeSha256 !== undefined && codeSha256 !== latest.code.sha256) {
      throw new AwsError(
        "InvalidParameterValueException",
        400,
        `CodeSHA256 (${codeSha256}) is different from current CodeSHA256 in $LATEST (${latest.code.sha256}). ` +
          "Please try again with the CodeSHA256 in $LATEST.",
      );
    }
    const candidate = { ...latest, ...(description !== undefined && { description }) };
    const last = versions(name).at(-1);
    if (last !== undefined && sameConfiguration(last, candidate)) return last;
    const number = (counters.get(name) ?? 0) + 1;
    counters.put(name, number);
    const version = { ...candidate, version: String(number), revisionId: randomUUID() };
    published.put(`${name}:${versionKey(version.version)}`, version);
    return version;
  };

  return {
    arnOf,
    find,
    get,
    exists: (reference) => find(parseReference(reference).name) !== undefined,
    put: (record) => {
      const whole = { ...record, arn: arnOf(record.name), lastModified: clock.now(), revisionId: randomUUID() };
      functions.put(record.name, whole);
      return whole;
    },
    remove: (name) => {
      documents.delete(name);
      functions.remove(name);
      for (const table of [published, aliases, invokeConfigs]) {
        for (const [key] of table.list({ prefix: `${name}:` })) table.remove(key);
      }
      for (const table of [counters, policies, invokeConfigs]) table.remove(name);
    },
    list: () => functions.list().map(([, record]) => record),
    codes: () => [...functions.list(), ...published.list()].map(([, { code }]) => code),
    publish,
    removeVersion: (name, version) => published.remove(`${name}:${versionKey(version)}`),
    versions,
    policyOf: (name) => {
      const known = documents.get(name);
      if (known !== undefined) return known;
      const statements = policies.get(name);
      if (statements === undefined) return undefined;
      const document = { Version: "2012-10-17", Statement: statements };
      documents.set(name, document);
      return document;
    },
    setPolicy: (name, statements) => {
      documents.delete(name);
      if (statements.length === 0) policies.remove(name);
      else policies.put(name, statements);
    },
    aliases: (name) => aliases.list({ prefix: `${name}:` }).map(([, alias]) => alias),
    setAlias: (name, alias) => aliases.put(`${name}:${alias.name}`, alias),
    removeAlias: (name, alias) => {
      aliases.remove(`${name}:${alias}`);
      invokeConfigs.remove(configKey(name, alias));
    },
    invokeConfig: (name, qualifier) => invokeConfigs.get(configKey(name, qualifier)),
    setInvokeConfig: (name, config, qualifier) => {
      const key = configKey(name, qualifier);
      if (config === undefined) invokeConfigs.remove(key);
      else invokeConfigs.put(key, config);
    },
  };
};
