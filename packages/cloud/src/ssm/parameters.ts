// Parameters and their versions.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";

interface Version {
  readonly version: number;
  readonly value: string;
  readonly type: "String" | "StringList" | "SecureString";
  readonly tier: "Standard" | "Advanced";
  readonly description?: string | undefined;
  readonly allowedPattern?: string | undefined;
  /** Cloud ms. */
  readonly changedAt: number;
}

export interface Parameter {
  readonly name: string;
  /** The newest is last; there is always one. */
  readonly versions: readonly Version[];
}

export type Current = Version & { readonly name: string };

export interface NewVersion {
  readonly name: string;
  readonly value: string;
  readonly type?: Version["type"] | undefined;
  readonly tier?: Version["tier"] | "Intelligent-Tiering" | undefined;
  readonly description?: string | undefined;
  readonly allowedPattern?: string | undefined;
}

export interface Parameters {
  readonly find: (name: string) => Parameter | undefined;
  /** By name, ARN, or either with `:<version>`. */
  readonly select: (selector: string) => Current | undefined;
  readonly list: (prefix?: string) => readonly Current[];
  /** A new version, of a new parameter or of one that is there. */
  readonly put: (given: NewVersion) => Current;
  readonly remove: (name: string) => boolean;
}

export const parameterArn = (region: string, name: string): string =>
  `arn:aws:ssm:${region}:${ACCOUNT}:parameter/${name.replace(/^\//, "")}`;

/** The name in what may be an ARN: those of nested names begin with a slash. */
const nameIn = (text: string): string => {
  const [, path] = /^arn:aws[\w-]*:ssm:[\w-]*:\d*:parameter\/(.+)$/.exec(text) ?? [];
  if (path === undefined) return text;
  return path.includes("/") ? `/${path}` : path;
};

const invalid = (code: string, message: string): AwsError => new AwsError(code, 400, message);

const checkName = (name: string): void => {
  if (!/^[\w.\-/]+$/.test(name) || name.length > LIMITS.nameLength || /^\/?(aws|ssm)/i.test(name))
    throw invalid("ValidationException", `Parameter name ${name}: can't be prefixed with "ssm" or "aws" (case-insensitive). It must consist of a mix of letters, numbers and the following 3 symbols .-_`); // prettier-ignore
  if (name.includes("/") && !name.startsWith("/"))
    throw invalid("ValidationException", "Parameter name must be a fully qualified name: it must begin with a slash.");
  if (name.split("/").length - 1 > LIMITS.levels)
    throw invalid("HierarchyLevelLimitExceededException", `A parameter name may have ${LIMITS.levels} levels.`);
};

const tierFor = (value: string, wanted: NewVersion["tier"] = "Standard"): Version["tier"] => {
  const bytes = Buffer.byteLength(value);
  const tier =
    wanted === "Intelligent-Tiering" ? (bytes > LIMITS.valueBytes.Standard ? "Advanced" : "Standard") : wanted;
  if (bytes > LIMITS.valueBytes[tier])
    throw invalid("ValidationException", `${tier} tier parameters support a maximum parameter value of ${LIMITS.valueBytes[tier]} characters.`); // prettier-ignore
  return tier;
};

const matches = (pattern: string, value: string): boolean => {
  try {
    return new RegExp(pattern).test(value);
  } catch {
    throw invalid("InvalidAllowedPatternException", `The pattern ${pattern} is not a regular expression`);
  }
};

export const createParameters = ({ store, clock }: Pick<Ground, "store" | "clock">): Parameters => {
  const table = store.table<Parameter>("ssm_parameters");
  const current = ({ name, versions }: Parameter, wanted?: number): Current | undefined => {
    const found = wanted === undefined ? versions.at(-1) : versions.find(({ version }) => version === wanted);
    return found && { ...found, name };
  };
  return {
    find: (name) => table.get(nameIn(name)),
    select: (selector) => {
      const [, text = "", version] = /^(.*?)(?::(\d+))?$/.exec(selector) ?? [];
      const parameter = table.get(nameIn(text));
      return parameter && current(parameter, version === undefined ? undefined : Number(version));
    },
    list: (prefix = "") => table.list({ prefix }).flatMap(([, parameter]) => current(parameter) ?? []),
    put: ({ name, value, type, tier, description, allowedPattern }) => {
      checkName(name);
      const before = table.get(name)?.versions ?? [];
      const last = before.at(-1);
      const kind = type ?? last?.type;
      if (kind === undefined)
        throw invalid("ValidationException", "A parameter type is required when you create a parameter.");
      if (allowedPattern !== undefined && !matches(allowedPattern, value))
        throw invalid("ParameterPatternMismatchException", `Parameter value, cannot be validated against allowedPattern: ${allowedPattern}`); // prettier-ignore
      const version: Version = {
        version: (last?.version ?? 0) + 1,
        value,
        type: kind,
        tier: tierFor(value, tier ?? last?.tier),
        description: description ?? last?.description,
        allowedPattern,
        changedAt: clock.now(),
      };
      table.put(name, { name, versions: [...before, version].slice(-LIMITS.versions) });
      return { ...version, name };
    },
    remove: (name) => {
      const found = table.get(name) !== undefined;
      table.remove(name);
      return found;
    },
  };
};
