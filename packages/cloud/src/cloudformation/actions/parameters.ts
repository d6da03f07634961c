// Parameters of CloudFormation's actions, as the query protocol decodes them, and the requests that they make.
import * as v from "valibot";
import { honouring } from "../../gateway/action.ts";
import type { S3 } from "../../ports.ts";
import { flag } from "../property-schema.ts";
import type { Engine } from "../engine.ts";
import type { StackRecord, StackRequest } from "../state.ts";
import { invalid } from "../template.ts";

export interface ActionGround {
  readonly engine: Engine;
  readonly readObject: S3["readObject"];
  /** AWS's own template rules: throws what they find. */
  readonly askRules: (template: string) => Promise<void>;
}

/** An action with the parameters that it honours; every other one is refused by name. */
export const action = honouring("ValidationError");

export const text = v.optional(v.string());

/** An empty list arrives as an empty text. */
export const listOf = <T>(item: v.GenericSchema<unknown, T>) =>
  v.union([
    v.pipe(
      v.literal(""),
      v.transform((): T[] => []),
    ),
    v.array(item),
  ]);

export const STACK = { StackName: v.string() };

/** Where a template is. */
export const TEMPLATE = { TemplateBody: text, TemplateURL: text };

/** What CreateStack, UpdateStack and CreateChangeSet honour. */
export const REQUEST = {
  ...STACK,
  ...TEMPLATE,
  Parameters: v.optional(
    listOf(v.strictObject({ ParameterKey: v.string(), ParameterValue: text, UsePreviousValue: v.optional(flag) })),
    [],
  ),
  Tags: v.optional(listOf(v.strictObject({ Key: v.string(), Value: v.string() }))),
  Capabilities: v.optional(listOf(v.string()), []),
  NotificationARNs: v.optional(v.literal("", "notifications are not supported by the embedded AWS")),
};
type RequestInput = v.InferOutput<v.ObjectSchema<typeof REQUEST, undefined>>;
type TemplateInput = Pick<RequestInput, "TemplateBody" | "TemplateURL">;

/** Bucket and key of an S3 URL, in path style or virtual-host style, or of this cloud's own endpoint. */
const objectOf = (url: string): readonly [string, string] => {
  try {
    const { hostname, pathname } = new URL(url);
    const path = decodeURIComponent(pathname.slice(1));
    const virtual = /^(.+)\.s3[.-]([a-z0-9-]+\.)?amazonaws\.com$/.exec(hostname)?.[1];
    if (virtual !== undefined) return [virtual, path];
    return [path.slice(0, path.indexOf("/")), path.slice(path.indexOf("/") + 1)];
  } catch {
    throw invalid(`TemplateURL must be a supported URL: ${url}`);
  }
};

/** The template of TemplateBody, or of TemplateURL from the local S3, once AWS's rules have nothing against it. */
export const templateOf = async (
  { readObject, askRules }: ActionGround,
  { TemplateBody, TemplateURL }: TemplateInput,
): Promise<string> => {
  if ((TemplateBody === undefined) === (TemplateURL === undefined))
    throw invalid("Either Template URL or Template Body must be specified.");
  const template = TemplateBody ?? (await readObject(...objectOf(TemplateURL ?? ""))).toString("utf8");
  await askRules(template);
  return template;
};

/** Reads the request; `found` is the stack that there is, whose parameters and tags may be kept. */
export const requestOf = async (
  ground: ActionGround,
  input: RequestInput,
  found: StackRecord | undefined,
): Promise<StackRequest> => ({
  stackName: input.StackName,
  templateBody: await templateOf(ground, input),
  parameters: Object.fromEntries(
    input.Parameters.map(({ ParameterKey: key, ParameterValue = "", UsePreviousValue }) => [
      key,
      UsePreviousValue === true ? (found?.parameters[key] ?? "") : ParameterValue,
    ]),
  ),
  tags:
    input.Tags === undefined
      ? (found?.tags ?? {})
      : Object.fromEntries(input.Tags.map(({ Key, Value }) => [Key, Value])),
  capabilities: input.Capabilities,
});

/** A stack by name or id; AWS's ValidationError when there is none. */
export const stackOf = ({ engine }: ActionGround, nameOrId: string): StackRecord => {
  const stack = engine.state.find(nameOrId);
  if (stack === undefined) throw invalid(`Stack with id ${nameOrId} does not exist`);
  return stack;
};
