// Types, properties and attributes that exist, and each type's own check.
import { AwsError } from "../../gateway/aws-error.ts";
import type { Prepared } from "../prepare.ts";
import { referencesOf } from "../references.ts";
import { invalid } from "../template.ts";
import { ATTRIBUTES } from "./attributes.ts";
import { isUncertain } from "./foresight.ts";
import { problem, type Check, type Problem } from "./problem.ts";
import type { ResourceType } from "../resource-type.ts";

/** Throws AWS's sentence for types that this cloud does not have. */
export const checkTypes = (prepared: Prepared, types: ReadonlyMap<string, ResourceType>): void => {
  const unknown = [...prepared.resources].filter(([, { type }]) => !types.has(type));
  if (unknown.length === 0) return;
  const named = unknown.map(([logicalId, { type }]) => `${type} (resource ${logicalId})`).join(", ");
  throw invalid(
    `Template format error: Unrecognized resource types: [${[...new Set(unknown.map(([, { type }]) => type))].join(", ")}]. ` +
      `The embedded AWS does not have: ${named}; see SUPPORT.md`,
  );
};

/** Properties that a type does not have, or that this cloud does not honour. */
export const unknownProperties: Check = ({ foresight, types }) =>
  foresight.resources.flatMap(({ logicalId, type, declared }) =>
    Object.keys(declared)
      .filter((property) => !Object.hasOwn(types.get(type)?.properties ?? {}, property))
      .map((property) => problem(logicalId, property, `Encountered unsupported property ${property} of ${type}`)),
  );

/** Fn::GetAtt of an attribute that the type does not have. */
export const unknownAttributes = (prepared: Prepared): readonly Problem[] => {
  const ofResources = [...prepared.resources].flatMap(([logicalId, { properties }]) =>
    referencesOf(properties).map((reference) => ({ owner: logicalId, ...reference })),
  );
  const ofOutputs = [...prepared.outputs].flatMap(([key, { value }]) =>
    referencesOf(value).map((reference) => ({ owner: `output ${key}`, ...reference })),
  );
  return [...ofResources, ...ofOutputs].flatMap(({ owner, name, attribute, path }) => {
    const known = ATTRIBUTES[prepared.resources.get(name)?.type ?? ""];
    if (attribute === undefined || attribute === "" || known === undefined || known.includes(attribute)) return [];
    const message = `Template error: resource ${name} does not support attribute type ${attribute} in Fn::GetAtt`;
    return [problem(owner, path, message)];
  });
};

/** The property that a type's complaint is about; services spell it in their own case. The longest: Name is in GroupName. */
const propertyIn = (message: string, type: ResourceType | undefined): string => {
  const text = message.toLowerCase();
  const named = Object.keys(type?.properties ?? {}).filter((name) => text.includes(name.toLowerCase()));
  return named.toSorted((a, b) => b.length - a.length)[0] ?? "";
};

/** What the types themselves refuse. A complaint about something that is only known later waits until then. */
export const ownChecks: Check = ({ foresight, types }) =>
  foresight.resources.flatMap(({ logicalId, type, properties }) => {
    try {
      types.get(type)?.check?.(properties);
      return [];
    } catch (error) {
      if (!(error instanceof AwsError)) throw error;
      const property = propertyIn(error.message, types.get(type));
      // A text that is not known yet may well be right; a document around it is judged all the same.
      const texts = [properties[property]].flat().filter((value) => typeof value === "string");
      const uncertain = isUncertain(error.message) || isUncertain(texts);
      return uncertain ? [] : [problem(logicalId, property, error.message)];
    }
  });
