// Properties as they will be, as far as they can be told before anything exists.
import { dereference, type References } from "../dynamic-references.ts";
import type { Prepared, ResourceValues } from "../prepare.ts";
import type { Properties, ResourceType } from "../resource-type.ts";
import type { ResourceRecord } from "../state.ts";
import { generatedName } from "../names.ts";
import { foretold, hasForetoldName, UNKNOWN } from "./attributes.ts";

export interface Foreseen {
  readonly logicalId: string;
  readonly type: string;
  readonly properties: Properties;
  /** The declaration, before intrinsics. */
  readonly declared: Properties;
}

export interface Foresight {
  readonly resources: readonly Foreseen[];
  /** What Ref and GetAtt give, with `Arn` where it is known. */
  readonly values: ResourceValues;
  readonly byId: (logicalId: string) => Foreseen | undefined;
  /** The resource of a type whose ARN or name is this. */
  readonly byArn: (type: string, arnOrName: unknown) => Foreseen | undefined;
}

/** Whether something in here is not known before creation. */
export const isUncertain = (value: unknown): boolean => JSON.stringify(value ?? null).includes(UNKNOWN);

export interface ForesightOptions {
  readonly stackId: string;
  readonly stackName: string;
  readonly region: string;
  readonly live: ReadonlyMap<string, ResourceRecord>;
  readonly types: ReadonlyMap<string, ResourceType>;
  readonly references: References;
}

/** Resolves every resource with real values where they exist, foretold ones else, and marks for the rest. */
export const foresee = (prepared: Prepared, options: ForesightOptions): Foresight => {
  const { live, stackId, stackName, region } = options;
  const names = new Map<string, string>();
  const nameOf = (logicalId: string): string => {
    const known = names.get(logicalId);
    if (known !== undefined) return known;
    const declaration = prepared.resources.get(logicalId);
    const custom = declaration?.properties[options.types.get(declaration.type)?.nameProperty ?? ""];
    const name =
      custom === undefined
        ? generatedName({ stackId, stackName, logicalId, generation: 0 }, 64)
        : String(prepared.resolve(custom, values));
    names.set(logicalId, name);
    return name;
  };
  const isLive = (logicalId: string): ResourceRecord | undefined => {
    const record = live.get(logicalId);
    return record?.type === prepared.resources.get(logicalId)?.type ? record : undefined;
  };
  const attribute = (logicalId: string, name: string): string => {
    const record = isLive(logicalId);
    if (record?.attributes[name] !== undefined) return record.attributes[name];
    const type = prepared.resources.get(logicalId)?.type ?? "";
    return foretold(type, name, region, nameOf(logicalId)) ?? `${UNKNOWN}:${logicalId}.${name}`;
  };
  const values: ResourceValues = {
    ref: (logicalId) => {
      const type = prepared.resources.get(logicalId)?.type ?? "";
      if (isLive(logicalId) !== undefined) return isLive(logicalId)?.physicalId ?? "";
      // A queue's Ref is its URL, which only the queue knows.
      return hasForetoldName(type) && type !== "AWS::SQS::Queue" ? nameOf(logicalId) : `${UNKNOWN}:${logicalId}`;
    },
    getAtt: attribute,
  };
  const resources = [...prepared.resources].map(([logicalId, { type, properties }]): Foreseen => ({
    logicalId,
    type,
    properties: dereference(prepared.resolve(properties, values), options.references) as Properties, // an object stays one
    declared: properties,
  }));
  return {
    resources,
    values,
    byId: (logicalId) => resources.find((resource) => resource.logicalId === logicalId),
    byArn: (type, text) =>
      typeof text !== "string"
        ? undefined
        : resources.find(
            (each) =>
              each.type === type && (attribute(each.logicalId, "Arn") === text || values.ref(each.logicalId) === text),
          ),
  };
};
