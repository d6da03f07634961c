// A template with its parameter values: conditions decided, excluded resources and branches gone, dependencies known.
import { ACCOUNT } from "../gateway/service.ts";
import { cycleMembers, type Dependencies } from "./graph.ts";
import { evaluateCondition, intrinsicOf, NO_VALUE, resolve, type Scope } from "./intrinsics.ts";
import { parameterTexts, parameterValue } from "./parameters.ts";
import { referencesOf } from "./references.ts";
import {
  invalid,
  isRecord,
  parseTemplate,
  type Json,
  type OutputDeclaration,
  type ResourceDeclaration,
  type Template,
} from "./template.ts";

/** What a template is deployed into. */
export interface Surroundings {
  readonly stackId: string;
  readonly stackName: string;
  readonly region: string;
  readonly importValue: (name: string) => string;
  readonly finish: (text: string) => string;
}

export interface Prepared {
  readonly template: Template;
  readonly parameters: Readonly<Record<string, string>>;
  /** Without resources whose condition is false; Fn::If is already replaced by its branch. */
  readonly resources: ReadonlyMap<string, ResourceDeclaration>;
  readonly outputs: ReadonlyMap<string, OutputDeclaration>;
  readonly dependencies: Dependencies;
  /** Names of exports of other stacks that it uses. */
  readonly imports: readonly string[];
  /** Resolves a value; `resources` says what resources stand for. */
  readonly resolve: (value: unknown, resources: ResourceValues) => unknown;
}

export interface ResourceValues {
  readonly ref: (logicalId: string) => string;
  readonly getAtt: (logicalId: string, attribute: string) => string;
}

const unresolved = (names: readonly string[], where: string): Error =>
  invalid(
    `Template format error: Unresolved resource dependencies [${[...new Set(names)].join(", ")}] in the ${where} block of the template`,
  );

const noResource = (name: string): never => {
  throw unresolved([name], "Conditions");
};

const pseudoParameters = ({ region, stackId, stackName }: Surroundings): Readonly<Record<string, unknown>> => ({
  "AWS::AccountId": ACCOUNT,
  "AWS::NotificationARNs": [],
  "AWS::NoValue": NO_VALUE,
  "AWS::Partition": "aws",
  "AWS::Region": region,
  "AWS::StackId": stackId,
  "AWS::StackName": stackName,
  "AWS::URLSuffix": "amazonaws.com",
});

const mappingOf = (template: Template) => (map: string, top: string, second: string) => {
  const levels = template.mappings[map];
  const level = isRecord(levels) && Object.hasOwn(levels, top) ? levels[top] : undefined;
  if (isRecord(level) && Object.hasOwn(level, second)) return level[second];
  throw invalid(`Template error: Unable to get mapping for ${map}::${top}::${second}`);
};

/** Fn::If replaced by the branch that holds, in everything below. */
const pruned = (value: unknown, condition: Scope["condition"]): unknown => {
  if (Array.isArray(value)) return value.map((each) => pruned(each, condition));
  const intrinsic = intrinsicOf(value);
  if (intrinsic?.name === "Fn::If" && Array.isArray(intrinsic.argument) && intrinsic.argument.length === 3)
    return pruned(intrinsic.argument[condition(String(intrinsic.argument[0])) ? 1 : 2], condition);
  if (!isRecord(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, pruned(each, condition)]));
};

const conditionsOf = (template: Template, scope: (condition: Scope["condition"]) => Scope): Scope["condition"] => {
  const known = new Map<string, boolean>();
  const open = new Set<string>();
  const condition = (name: string): boolean => {
    const value = known.get(name);
    if (value !== undefined) return value;
    if (!Object.hasOwn(template.conditions, name) || open.has(name))
      throw invalid(
        `Template format error: Unresolved condition dependency ${name} in the Conditions block of the template`,
      );
    open.add(name);
    const result = evaluateCondition(template.conditions[name], scope(condition));
    open.delete(name);
    known.set(name, result);
    return result;
  };
  return condition;
};

const dependenciesOf = (
  resources: ReadonlyMap<string, ResourceDeclaration>,
  isOther: (name: string) => boolean,
): Dependencies => {
  const missing: string[] = [];
  const dependencies = new Map<string, Set<string>>();
  for (const [logicalId, { properties, dependsOn }] of resources) {
    const names = [...dependsOn, ...referencesOf(properties).map(({ name }) => name)];
    missing.push(...names.filter((name) => !resources.has(name) && !isOther(name)));
    dependencies.set(logicalId, new Set(names.filter((name) => resources.has(name))));
  }
  if (missing.length > 0) throw unresolved(missing, "Resources");
  return dependencies;
};

const active = <T extends { condition?: string }>(
  declarations: Readonly<Record<string, T>>,
  condition: Scope["condition"],
): readonly (readonly [string, T])[] =>
  Object.entries(declarations).filter(([, { condition: name }]) => name === undefined || condition(name));

/** Prepares a template. Throws AWS's errors for names that lead nowhere, for cycles and for bad parameters. */
export const prepare = (
  body: string,
  given: Readonly<Record<string, string>>,
  surroundings: Surroundings,
): Prepared => {
  const template = parseTemplate(body);
  const parameters = parameterTexts(template, given);
  const pseudo = pseudoParameters(surroundings);
  const isParameter = (name: string): boolean => Object.hasOwn(parameters, name) || Object.hasOwn(pseudo, name);
  const imports = new Set<string>();
  const scopeOf = (resources: ResourceValues, condition: Scope["condition"]): Scope => ({
    ref: (name) => {
      if (Object.hasOwn(parameters, name))
        return parameterValue(template.parameters[name] ?? {}, parameters[name] ?? "");
      return Object.hasOwn(pseudo, name) ? pseudo[name] : resources.ref(name);
    },
    getAtt: resources.getAtt,
    mapping: mappingOf(template),
    condition,
    importValue: (name) => {
      imports.add(name);
      return surroundings.importValue(name);
    },
    region: surroundings.region,
    finish: surroundings.finish,
  });
  const condition = conditionsOf(template, (inner) => scopeOf({ ref: noResource, getAtt: noResource }, inner));
  const withBranches = (value: Json): Json => pruned(value, condition) as Json; // an object stays one
  const declared = new Map(active(template.resources, condition));
  // AWS drops DependsOn of a resource that its condition leaves out.
  const isLeftOut = (name: string): boolean => !declared.has(name) && Object.hasOwn(template.resources, name);
  const resources = new Map(
    [...declared].map(([logicalId, declaration]) => {
      const dependsOn = declaration.dependsOn.filter((name) => !isLeftOut(name));
      return [logicalId, { ...declaration, dependsOn, properties: withBranches(declaration.properties) }];
    }),
  );
  const outputs = new Map(
    active(template.outputs, condition).map(([key, output]) => [
      key,
      { ...output, value: pruned(output.value, condition), exportName: pruned(output.exportName, condition) },
    ]),
  );
  const dependencies = dependenciesOf(resources, isParameter);
  const cycle = cycleMembers(dependencies);
  if (cycle.length > 0) throw invalid(`Circular dependency between resources: [${cycle.join(", ")}]`);
  const lost = [...outputs.values()].flatMap(({ value }) => referencesOf(value)).map(({ name }) => name);
  const missing = lost.filter((name) => !resources.has(name) && !isParameter(name));
  if (missing.length > 0) throw unresolved(missing, "Outputs");
  return {
    template,
    parameters,
    resources,
    outputs,
    dependencies,
    get imports() {
      return [...imports];
    },
    resolve: (value, values) => resolve(value, scopeOf(values, condition)),
  };
};
