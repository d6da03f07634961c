// Which names a piece of a template speaks of.
import { getAttParts, intrinsicOf, subParts, subVariables } from "./intrinsics.ts";
import { isRecord } from "./template.ts";

export interface Reference {
  readonly name: string;
  /** Set for Fn::GetAtt and `${A.B}`; "" when an intrinsic computes it. */
  readonly attribute?: string;
  /** Where it stands, as `Code.S3Bucket`. */
  readonly path: string;
}

const ofSub = (argument: unknown, path: string): readonly Reference[] => {
  const [text, map] = subParts(argument);
  const own = subVariables(text)
    .filter((name) => !Object.hasOwn(map, name))
    .map((name): Reference => {
      const dot = name.indexOf(".");
      return dot < 0 ? { name, path } : { name: name.slice(0, dot), attribute: name.slice(dot + 1), path };
    });
  return [...own, ...referencesOf(map, path)];
};

/** Every Ref, Fn::GetAtt and Fn::Sub variable inside a value. */
export const referencesOf = (value: unknown, path = ""): readonly Reference[] => {
  const at = (key: string | number): string => (path === "" ? String(key) : `${path}.${key}`);
  if (Array.isArray(value)) return value.flatMap((each, index) => referencesOf(each, at(index)));
  const intrinsic = intrinsicOf(value);
  if (intrinsic?.name === "Ref") return [{ name: String(intrinsic.argument), path }];
  if (intrinsic?.name === "Fn::GetAtt") {
    const [name, attribute] = getAttParts(intrinsic.argument);
    return typeof attribute === "string"
      ? [{ name, attribute, path }]
      : [{ name, attribute: "", path }, ...referencesOf(attribute, path)];
  }
  if (intrinsic?.name === "Fn::Sub") return ofSub(intrinsic.argument, path);
  if (intrinsic !== undefined) return referencesOf(intrinsic.argument, path);
  return isRecord(value) ? Object.entries(value).flatMap(([key, each]) => referencesOf(each, at(key))) : [];
};
