// The API of Parameter Store.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { pageOf } from "../gateway/page.ts";
import type { Action } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";
import { type Parameter, parameterArn, type Parameters } from "./parameters.ts";

const action = honouring("ValidationException");
const text = v.pipe(v.string(), v.minLength(1));
const decryption = { WithDecryption: v.optional(v.boolean(), false) };
const paging = (most: number) => ({
  MaxResults: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(most)), most),
  NextToken: v.optional(text),
});

/** Of the API and of templates. */
export const settingEntries = {
  Value: text,
  Description: v.optional(v.string()),
  Tier: v.optional(v.literal("Standard", "only Standard is supported")),
  DataType: v.optional(v.literal("text", "only text is supported")),
};

const notFound = (name: string): AwsError => new AwsError("ParameterNotFound", 400, `Parameter ${name} not found.`);

/** Nothing is encrypted here; but who forgets to ask for the plain text does not get it, as on AWS. */
const valueOf = ({ type, value }: Parameter, decrypted: boolean): string =>
  type === "SecureString" && !decrypted ? Buffer.from(`encrypted ${value}`).toString("base64") : value;

const describe = ({ name, type, version, changedAt }: Parameter, region: string): object => ({
  ARN: parameterArn(region, name),
  Name: name,
  Type: type,
  Version: version,
  LastModifiedDate: changedAt / 1_000,
  DataType: "text",
});

const show = (parameter: Parameter, region: string, decrypted: boolean): object => ({
  ...describe(parameter, region),
  Value: valueOf(parameter, decrypted),
});

const putParameter = (parameters: Parameters, { report }: Pick<Ground, "report">): Action =>
  action(
    {
      Name: text,
      Type: v.optional(v.picklist(["String", "StringList", "SecureString"])),
      Overwrite: v.optional(v.boolean(), false),
      ...settingEntries,
    },
    ({ Name: name, Value: value, Type: type, Overwrite, Description: description }) => {
      if (parameters.find(name) !== undefined && !Overwrite)
        throw new AwsError("ParameterAlreadyExists", 400, "The parameter already exists. To overwrite this value, set the overwrite option in the request to true."); // prettier-ignore
      const put = parameters.put({ name, value, type, description });
      if (put.type === "SecureString") report(`The SecureString ${name} is kept as plain text: there is no KMS here`);
      return { Version: put.version, Tier: "Standard" };
    },
  );

const getParametersByPath = (parameters: Parameters): Action =>
  action(
    {
      Path: v.pipe(v.string(), v.startsWith("/", "must begin with a slash")),
      Recursive: v.optional(v.boolean(), false),
      ...decryption,
      ...paging(LIMITS.byPath),
    },
    ({ Path, Recursive, WithDecryption, MaxResults: limit, NextToken: token }, { region }) => {
      const prefix = Path.endsWith("/") ? Path : `${Path}/`;
      const found = parameters.list(prefix).filter(([name]) => Recursive || !name.slice(prefix.length).includes("/"));
      const { items, next } = pageOf(found, { limit, token });
      return { Parameters: items.map((each) => show(each, region, WithDecryption)), NextToken: next };
    },
  );

export const parameterActions = (
  parameters: Parameters,
  ground: Pick<Ground, "report">,
): Readonly<Record<string, Action>> => ({
  PutParameter: putParameter(parameters, ground),
  GetParameter: action({ Name: text, ...decryption }, ({ Name, WithDecryption }, { region }) => {
    const found = parameters.find(Name);
    if (found !== undefined) return { Parameter: show(found, region, WithDecryption) };
    if (!/:\d+$/.test(Name)) throw notFound(Name);
    throw new AwsError("ParameterVersionNotFound", 400, `Systems Manager could not find version of ${Name}. Only the newest is kept here.`); // prettier-ignore
  }),
  GetParameters: action(
    { Names: v.pipe(v.array(text), v.minLength(1), v.maxLength(LIMITS.names)), ...decryption },
    ({ Names, WithDecryption }, { region }) => {
      const found = Names.flatMap((name) => parameters.find(name) ?? []);
      const InvalidParameters = Names.filter((name) => parameters.find(name) === undefined);
      return { Parameters: found.map((each) => show(each, region, WithDecryption)), InvalidParameters };
    },
  ),
  GetParametersByPath: getParametersByPath(parameters),
  DescribeParameters: action(paging(LIMITS.describe), ({ MaxResults: limit, NextToken: token }, { region }) => {
    const { items, next } = pageOf(parameters.list(), { limit, token });
    const shown = items.map((each) => ({ ...describe(each, region), Description: each.description }));
    return { Parameters: shown.map((each) => ({ ...each, Tier: "Standard", Policies: [] })), NextToken: next };
  }),
  DeleteParameter: action({ Name: text }, ({ Name }) => {
    const found = parameters.find(Name);
    if (found === undefined) throw notFound(Name);
    parameters.remove(found.name);
  }),
});
