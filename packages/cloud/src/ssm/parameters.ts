// Parameters: only the newest version of each is kept, with its number.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";

export interface Parameter {
  readonly name: string;
  readonly version: number;
  readonly value: string;
  readonly type: "String" | "StringList" | "SecureString";
  readonly description?: string | undefined;
  /** Cloud ms. */
  readonly changedAt: number;
}

export interface NewVersion extends Pick<Parameter, "name" | "value" | "description"> {
  readonly type?: Parameter["type"] | undefined;
}

export interface Parameters {
  /** By name or ARN; with `:<version>` only when that is the newest. */
  readonly find: (selector: string) => Parameter | undefined;
  /** By name, in its order. */
  readonly list: (prefix?: string) => readonly (readonly [string, Parameter])[];
  /** A new version, of a new parameter or of one that is there. */
  readonly put: (given: NewVersion) => Parameter;
  readonly remove: (name: string) => void;
}

export const parameterArn = (region: string, name: string): string =>
  `arn:aws:ssm:${region}:${ACCOUNT}:parameter/${name.replace(/^\//, "")}`;

/** The name in what may be an ARN: those of nested names begin with a slash. */
const nameIn = (text: string): string => {
  const [, path] = /^arn:aws[\w-]*:ssm:[\w-]*:\d*:parameter\/(.+)$/.exec(text) ?? [];
  if (path === undefined) return text;
  return path.includes("/") ? `/${path}` : path;
};

const invalid = (message: string, code = "ValidationException"): AwsError => new AwsError(code, 400, message);

const checkName = (name: string): void => {
  if (!/^[\w.\-/]+$/.test(name) || name.length > LIMITS.nameLength || /^\/?(aws|ssm)/i.test(name))
    throw invalid(`Parameter name ${name}: can't be prefixed with "ssm" or "aws" (case-insensitive). It must consist of a mix of letters, numbers and the following 3 symbols .-_`); // prettier-ignore
  if (name.includes("/") && !name.startsWith("/"))
    throw invalid("Parameter name must be a fully qualified name: it must begin with a slash.");
  if (name.split("/").length - 1 > LIMITS.levels)
    throw invalid(`A parameter name may have ${LIMITS.levels} levels.`, "HierarchyLevelLimitExceededException");
};

export const createParameters = ({ store, clock }: Pick<Ground, "store" | "clock">): Parameters => {
  const table = store.table<Parameter>("ssm_parameters");
  return {
    find: (selector) => {
      const [, text = "", version] = /^(.*?)(?::(\d+))?$/.exec(selector) ?? [];
      const found = table.get(nameIn(text));
      return version === undefined || Number(version) === found?.version ? found : undefined;
    },
    list: (prefix = "") => table.list({ prefix }),
    put: ({ name, value, type, description }) => {
      checkName(name);
      if (Buffer.byteLength(value) > LIMITS.valueBytes)
        throw invalid(`Standard tier parameters support a maximum parameter value of ${LIMITS.valueBytes} characters.`);
      const before = table.get(name);
      const kind = type ?? before?.type;
      if (kind === undefined) throw invalid("A parameter type is required when you create a parameter.");
      const parameter: Parameter = {
        name,
        version: (before?.version ?? 0) + 1,
        value,
        type: kind,
        description: description ?? before?.description,
        changedAt: clock.now(),
      };
      table.put(name, parameter);
      return parameter;
    },
    remove: table.remove,
  };
};
