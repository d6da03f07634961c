// Reading the decoded parameters of CloudFormation's actions.
import type { Action, Call, Input } from "../../gateway/service.ts";
import { invalid, isRecord } from "../template.ts";
import type { Guard } from "../begin.ts";
import type { Engine } from "../engine.ts";

export interface ActionGround {
  readonly engine: Engine;
  readonly guard: Guard;
  readonly readTemplate: (bucket: string, key: string) => Promise<string>;
  /** AWS's own template rules: throws what they find. */
  readonly askRules: (template: string) => Promise<void>;
}

/** An action with the parameters that it honours; every other one is refused by name. */
export const honoured = (parameters: readonly string[], act: (input: Input) => unknown): Action =>
  Object.assign(
    ({ action, input }: Call): unknown => {
      for (const name of Object.keys(input))
        if (!parameters.includes(name))
          throw invalid(`The parameter ${name} of ${action} is not supported by the embedded AWS`);
      return act(input);
    },
    { parameters },
  );

export const text = (input: Input, name: string): string | undefined => {
  const value = input[name];
  return typeof value === "string" && value !== "" ? value : undefined;
};

export const required = (input: Input, name: string): string => {
  const value = text(input, name);
  if (value === undefined)
    throw invalid(
      `1 validation error detected: Value null at '${name}' failed to satisfy constraint: Member must not be null`,
    );
  return value;
};

/** A boolean parameter. */
export const flag = (input: Input, name: string): boolean => input[name] === "true";

/** A list parameter; an empty one arrives as "". */
export const texts = (input: Input, name: string): readonly string[] => {
  const value = input[name];
  return Array.isArray(value) ? value.map(String) : [];
};

/** `[{Key, Value}]` as a record, whatever the two members are called. */
export const pairs = (input: Input, name: string, key: string, value: string): Readonly<Record<string, string>> => {
  const list: unknown = input[name];
  if (!Array.isArray(list)) return {};
  return Object.fromEntries(list.filter(isRecord).map((pair) => [text(pair, key) ?? "", text(pair, value) ?? ""]));
};

const isEncoded = (text: string): boolean => {
  try {
    return decodeURIComponent(text) !== "";
  } catch {
    return false;
  }
};

/** Bucket and key of an S3 URL, in path style or virtual-host style, or of this cloud's own endpoint. */
const objectOf = (url: string): readonly [string, string] => {
  const { hostname, pathname } = new URL(url);
  const path = decodeURIComponent(pathname.slice(1));
  const virtual = /^(.+)\.s3[.-]([a-z0-9-]+\.)?amazonaws\.com$/.exec(hostname)?.[1];
  if (virtual !== undefined) return [virtual, path];
  return [path.slice(0, path.indexOf("/")), path.slice(path.indexOf("/") + 1)];
};

/** The template of TemplateBody, or of TemplateURL from the local S3. */
export const templateOf = async (input: Input, readTemplate: ActionGround["readTemplate"]): Promise<string> => {
  const body = text(input, "TemplateBody");
  const url = text(input, "TemplateURL");
  if (body !== undefined && url === undefined) return body;
  if (url === undefined || body !== undefined) throw invalid("Either Template URL or Template Body must be specified.");
  if (!URL.canParse(url) || !isEncoded(url)) throw invalid(`TemplateURL must be a supported URL: ${url}`);
  return readTemplate(...objectOf(url));
};
