// What CreateStack, UpdateStack and CreateChangeSet are asked for.
import type { Input } from "../../gateway/service.ts";
import type { StackRecord, StackRequest } from "../state.ts";
import { invalid, isRecord } from "../template.ts";
import { flag, pairs, required, templateOf, text, texts, type ActionGround } from "./input.ts";

/** Those that all three honour. NotificationARNs and Rollback triggers only when there are none. */
export const REQUEST_PARAMETERS = [
  "StackName",
  "TemplateBody",
  "TemplateURL",
  "Parameters",
  "Tags",
  "Capabilities",
  "NotificationARNs",
  "RollbackConfiguration",
];

/** Given values; UsePreviousValue takes what the stack has now. */
const parametersOf = (input: Input, previous: StackRecord | undefined): Readonly<Record<string, string>> => {
  const list: unknown = input["Parameters"];
  const values = pairs(input, "Parameters", "ParameterKey", "ParameterValue");
  const kept = Array.isArray(list) ? list.filter(isRecord).filter((each) => each["UsePreviousValue"] === "true") : [];
  const previously = kept.map((each) => {
    const key = String(each["ParameterKey"]);
    return [key, previous?.parameters[key] ?? ""] as const;
  });
  return { ...values, ...Object.fromEntries(previously) };
};

/** What to do when a creation fails, by the parameter `name` or by DisableRollback. */
export const onFailureOf = (input: Input, name: string): StackRequest["onFailure"] => {
  const value = text(input, name);
  if (value !== undefined && text(input, "DisableRollback") !== undefined)
    throw invalid(`You can specify either DisableRollback or ${name}, but not both.`);
  if (flag(input, "DisableRollback")) return "DO_NOTHING";
  if (value === undefined || value === "ROLLBACK" || value === "DELETE" || value === "DO_NOTHING")
    return value ?? "ROLLBACK";
  throw invalid(`${name} ${value} must be ROLLBACK, DELETE or DO_NOTHING`);
};

/** Reads the request; `found` is the stack that there is, whose template, parameters and tags may be kept. */
export const requestOf = async (
  { readTemplate, askRules }: ActionGround,
  input: Input,
  found: StackRecord | undefined,
): Promise<Omit<StackRequest, "onFailure">> => {
  const triggers = input["RollbackConfiguration"];
  for (const name of ["NotificationARNs", "RollbackConfiguration"])
    if (name === "NotificationARNs" ? texts(input, name).length > 0 : isRecord(triggers))
      throw invalid(`The parameter ${name} is not supported by the embedded AWS`);
  const usePrevious = flag(input, "UsePreviousTemplate") && found !== undefined;
  const templateBody = usePrevious ? found.templateBody : await templateOf(input, readTemplate);
  await askRules(templateBody);
  return {
    stackName: required(input, "StackName"),
    templateBody,
    parameters: parametersOf(input, found),
    tags: input["Tags"] === undefined ? (found?.tags ?? {}) : pairs(input, "Tags", "Key", "Value"),
    capabilities: texts(input, "Capabilities"),
  };
};
