// The API of Parameter Store.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";
import { type Current, parameterArn, type Parameters } from "./parameters.ts";

const action = honouring("ValidationException");
const text = v.pipe(v.string(), v.minLength(1));
const names = v.pipe(v.array(text), v.minLength(1), v.maxLength(LIMITS.names));
const paging = (most: number) => ({
  MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)), most),
  NextToken: v.optional(text),
});

const notFound = (name: string): AwsError => new AwsError("ParameterNotFound", 400, `Parameter ${name} not found.`);

/** Nothing is encrypted here; but who forgets to ask for the plain text does not get it, as on AWS. */
const valueOf = ({ type, value }: Current, decrypted: boolean): string =>
  type === "SecureString" && !decrypted ? Buffer.from(`encrypted ${value}`).toString("base64") : value;

const show = (parameter: Current, region: string, decrypted: boolean): object => ({
  ARN: parameterArn(region, parameter.name),
  Name: parameter.name,
  Type: parameter.type,
  Value: valueOf(parameter, decrypted),
  Version: parameter.version,
  LastModifiedDate: parameter.changedAt / 1_000,
  DataType: "text",
});

const describe = (parameter: Current, region: string): object => ({
  ARN: parameterArn(region, parameter.name),
  Name: parameter.name,
  Type: parameter.type,
  Version: parameter.version,
  Tier: parameter.tier,
  Description: parameter.description,
  AllowedPattern: parameter.allowedPattern,
  LastModifiedDate: parameter.changedAt / 1_000,
  DataType: "text",
  Policies: [],
});

const filter = v.strictObject({
  Key: v.picklist(["Name", "Type", "Tier"]),
  Option: v.optional(v.picklist(["Equals", "BeginsWith", "Contains"]), "Equals"),
  Values: v.pipe(v.array(text), v.minLength(1)),
});

const passes = (parameter: Current, { Key, Option, Values }: v.InferOutput<typeof filter>): boolean => {
  const own = { Name: parameter.name, Type: parameter.type, Tier: parameter.tier }[Key];
  return Values.some((value) =>
    Option === "Equals" ? own === value : Option === "BeginsWith" ? own.startsWith(value) : own.includes(value),
  );
};

const putParameter = (parameters: Parameters, { report }: Pick<Ground, "report">): Action =>
  action(
    {
      Name: text,
      Value: text,
      Type: v.optional(v.picklist(["String", "StringList", "SecureString"])),
      Overwrite: v.optional(v.boolean(), false),
      Description: v.optional(v.string()),
      AllowedPattern: v.optional(text),
      Tier: v.optional(v.picklist(["Standard", "Advanced", "Intelligent-Tiering"])),
      DataType: v.optional(v.literal("text", "only text is supported")),
    },
    ({ Name: name, Value: value, Type: type, Overwrite, Description: description, AllowedPattern, Tier: tier }) => {
      if (parameters.find(name) !== undefined && !Overwrite)
        throw new AwsError("ParameterAlreadyExists", 400, "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."); // prettier-ignore
      const put = parameters.put({ name, value, type, description, allowedPattern: AllowedPattern, tier });
      if (put.type === "SecureString") report(`The SecureString ${name} is kept as plain text: there is no KMS here`);
      return { Version: put.version, Tier: put.tier };
    },
  );

const getParametersByPath = (parameters: Parameters): Action =>
  action(
    {
      Path: v.pipe(v.string(), v.startsWith("/", "must begin with a slash")),
      Recursive: v.optional(v.boolean(), false),
      WithDecryption: v.optional(v.boolean(), false),
      ...paging(LIMITS.byPath),
    },
    ({ Path, Recursive, WithDecryption, MaxResults, NextToken }, { region }) => {
      const prefix = Path.endsWith("/") ? Path : `${Path}/`;
      const found = parameters
        .list(prefix)
        .filter(({ name }) => Recursive || !name.slice(prefix.length).includes("/"))
        .map((parameter) => [parameter.name, parameter] as const);
      const { items, next } = pageOf(found, { limit: MaxResults, token: NextToken });
      return { Parameters: items.map((each) => show(each, region, WithDecryption)), NextToken: next };
    },
  );

const describeParameters = (parameters: Parameters): Action =>
  action(
    { ParameterFilters: v.optional(v.array(filter), []), ...paging(LIMITS.describe) },
    ({ ParameterFilters, MaxResults, NextToken }, { region }) => {
      const found = parameters
        .list()
        .filter((parameter) => ParameterFilters.every((each) => passes(parameter, each)))
        .map((parameter) => [parameter.name, parameter] as const);
      const { items, next } = pageOf(found, { limit: MaxResults, token: NextToken });
      return { Parameters: items.map((each) => describe(each, region)), NextToken: next };
    },
  );

export const parameterActions = (
  parameters: Parameters,
  ground: Pick<Ground, "report">,
): Readonly<Record<string, Action>> => ({
  PutParameter: putParameter(parameters, ground),
  GetParameter: action(
    { Name: text, WithDecryption: v.optional(v.boolean(), false) },
    ({ Name, WithDecryption }, { region }) => {
      const found = parameters.select(Name);
      if (found !== undefined) return { Parameter: show(found, region, WithDecryption) };
      if (!/:\d+$/.test(Name) || parameters.select(Name.replace(/:\d+$/, "")) === undefined) throw notFound(Name);
      throw new AwsError("ParameterVersionNotFound", 400, `Systems Manager could not find version of ${Name}.`);
    },
  ),
  GetParameters: action(
    { Names: names, WithDecryption: v.optional(v.boolean(), false) },
    ({ Names, WithDecryption }, { region }) => {
      const found = Names.flatMap((name) => parameters.select(name) ?? []);
      const InvalidParameters = Names.filter((name) => parameters.select(name) === undefined);
      return { Parameters: found.map((each) => show(each, region, WithDecryption)), InvalidParameters };
    },
  ),
  GetParametersByPath: getParametersByPath(parameters),
  GetParameterHistory: action({ Name: text, WithDecryption: v.optional(v.boolean(), false) }, (given, { region }) => {
    const found = parameters.find(given.Name);
    if (found === undefined) throw notFound(given.Name);
    const all = found.versions.map((version) => ({ ...version, name: found.name }));
    return {
      Parameters: all.map((each) => ({ ...describe(each, region), Value: valueOf(each, given.WithDecryption) })),
    };
  }),
  DescribeParameters: describeParameters(parameters),
  DeleteParameter: action({ Name: text }, ({ Name }) => {
    if (!parameters.remove(Name)) throw notFound(Name);
  }),
  DeleteParameters: action({ Names: names }, ({ Names }) => {
    const DeletedParameters = Names.filter((name) => parameters.remove(name));
    return { DeletedParameters, InvalidParameters: Names.filter((name) => !DeletedParameters.includes(name)) };
  }),
});
