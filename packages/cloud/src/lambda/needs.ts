// What IAM must allow for a call of the Lambda API.
import type { Call, Need } from "../gateway/service.ts";
import { parseReference, textOf, type FunctionModel } from "./model.ts";

/** Actions that IAM calls otherwise. */
const NAMES: ReadonlyMap<string, string> = new Map([
  ["Invoke", "InvokeFunction"],
  ["DownloadFunctionCode", "GetFunction"],
]);

export const needsOf =
  (model: FunctionModel) =>
  ({ action, input }: Pick<Call, "action" | "input">): readonly Need[] => {
    const permission = `lambda:${NAMES.get(action) ?? action}`;
    const reference = textOf(input, "FunctionName");
    if (reference === undefined) return [{ action: permission, resource: "*" }];
    const { name, qualifier = textOf(input, "Qualifier") } = parseReference(reference);
    const arn = model.arnOf(name);
    return [{ action: permission, resource: qualifier === undefined ? arn : `${arn}:${qualifier}` }];
  };
