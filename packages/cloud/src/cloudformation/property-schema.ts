// Schemas of resource properties: how values of a template may look, and how a wrong one is refused by its path.
import * as v from "valibot";
import { AwsError } from "../gateway/aws-error.ts";
import type { Properties } from "./resource-type.ts";

/** Parameters of a template arrive as text. */
export const flag = v.union([
  v.boolean(),
  v.pipe(
    v.picklist(["true", "false"]),
    v.transform((text) => text === "true"),
  ),
]);
export const amount = v.union([v.number(), v.pipe(v.string(), v.regex(/^-?\d+(\.\d+)?$/), v.transform(Number))]);
export const texts = v.array(v.string());
/** Known, and without effect. */
export const inert = v.optional(v.unknown());

export const within = (least: number, most: number) =>
  v.pipe(amount, v.minValue(least, `must be at least ${least}`), v.maxValue(most, `must be at most ${most}`));

/** The checked properties; the first wrong one is an AwsError that names it. */
export const readProperties = <T>(type: string, schema: v.GenericSchema<unknown, T>, properties: Properties): T => {
  const result = v.safeParse(schema, properties);
  if (result.success) return result.output;
  const [{ path, message }] = result.issues;
  const place = ["Properties", ...(path ?? []).map(({ key }) => String(key))].join("/");
  throw new AwsError("ValidationError", 400, `${type} ${place}: ${message}`);
};
