// AWS::Events::Rule, AWS::Events::EventBus and AWS::Events::EventBusPolicy.
import * as v from "valibot";
import type { Created, Properties, ResourceContext, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Statement } from "../iam/policy.ts";
import type { Ground } from "../ports.ts";
import { busName, createBus, deleteBus, readPolicy, withStatement } from "./buses.ts";
import { busArn, type BusState, DEFAULT_BUS, type EventsModel, ruleArn } from "./model.ts";
import { checkRule, checkTargets, putRule, ruleEntries, type RuleInput } from "./rules.ts";
import { type Target, targetSchema } from "./target.ts";

const tagList = v.optional(
  v.array(v.strictObject({ Key: v.string(), Value: v.pipe(v.unknown(), v.transform(String)) })),
  [],
);

const read = <S extends v.GenericSchema>(schema: S, from: unknown): v.InferOutput<S> => {
  const parsed = v.safeParse(schema, from);
  if (parsed.success) return parsed.output;
  const [issue] = parsed.issues;
  throw new AwsError("ValidationError", 400, `${v.getDotPath(issue) ?? "The properties"}: ${issue.message}`);
};

/** Texts come as numbers and the other way round from templates: only these few do here. */
const asNumbers = (target: unknown): unknown => {
  const policy = (target as { readonly RetryPolicy?: Readonly<Record<string, unknown>> } | null)?.RetryPolicy;
  if (policy === undefined) return target;
  return { ...(target as object), RetryPolicy: Object.fromEntries(Object.entries(policy).map(([name, value]) => [name, Number(value)])) }; // prettier-ignore
};

const NO_NAME = "x";

const ruleOf = (from: Properties, name: string): { readonly input: RuleInput; readonly targets: readonly Target[] } => {
  const { EventPattern: pattern, Targets = [], Tags: _tags, ...rest } = from;
  const EventPattern = pattern === undefined || typeof pattern === "string" ? pattern : JSON.stringify(pattern);
  const input = read(v.object(ruleEntries), {
    ...rest,
    Name: name,
    ...(EventPattern !== undefined && { EventPattern }),
  });
  const list = read(v.array(v.unknown()), Targets).map(asNumbers);
  return { input, targets: read(v.object({ Targets: v.array(targetSchema) }), { Targets: list }).Targets };
};

const nameOf = (bus: string | undefined): string => bus?.slice(bus.indexOf("/") + 1) ?? DEFAULT_BUS;

const nameIn = (physicalId: string): string => physicalId.slice(physicalId.indexOf("|") + 1);

export const ruleType = ({ clock, store }: Ground, model: EventsModel): ResourceType => {
  const put = (from: Properties, name: string, region: string): Created =>
    store.transaction(() => {
      const { input, targets } = ruleOf(from, name);
      checkTargets(targets);
      const bus = model.getBus(region, input.EventBusName);
      const rule = putRule(model, bus, input, clock.now());
      const tags = Object.fromEntries(read(tagList, from["Tags"]).map(({ Key, Value }) => [Key, Value]));
      model.putRule({ ...rule, targets, tags });
      return { physicalId: bus.name === DEFAULT_BUS ? name : `${bus.name}|${name}`, attributes: { Arn: rule.arn } };
    });
  return {
    properties: {
      EventBusName: "replace",
      Name: "replace",
      EventPattern: "update",
      ScheduleExpression: "update",
      State: "update",
      Description: "update",
      RoleArn: "update",
      Targets: "update",
      Tags: "update",
    },
    nameProperty: "Name",
    check: (from) => {
      const { input, targets } = ruleOf(from, typeof from["Name"] === "string" ? from["Name"] : NO_NAME);
      checkRule(input, nameOf(input.EventBusName));
      checkTargets(targets);
    },
    create: async (from, { region, generateName }) => {
      const name = typeof from["Name"] === "string" ? from["Name"] : generateName(64);
      const bus = model.getBus(region, typeof from["EventBusName"] === "string" ? from["EventBusName"] : undefined);
      if (model.findRule(ruleArn(bus, name)) !== undefined) {
        throw new AwsError(
          "AlreadyExists",
          400,
          `Resource of type 'AWS::Events::Rule' with identifier '${name}' already exists.`,
        );
      }
      return put(from, name, region);
    },
    update: async (physicalId, from, _previous, { region }) => put(from, nameIn(physicalId), region),
    remove: async (physicalId, from, { region }) => {
      const bus = model.findBus(region, typeof from["EventBusName"] === "string" ? from["EventBusName"] : undefined);
      if (bus !== undefined) model.removeRule(ruleArn(bus, nameIn(physicalId)));
    },
  };
};

const busSchema = v.object({ Name: busName, Description: v.optional(v.string()), Tags: tagList });

export const busType = ({ clock }: Ground, model: EventsModel): ResourceType => {
  const put = (from: Properties, bus: BusState): Created => {
    const policy = from["Policy"] === undefined ? undefined : readPolicy(from["Policy"]);
    const { Description: description, Tags } = read(busSchema, from);
    model.putBus({ ...bus, description, policy, tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) });
    return { physicalId: bus.name, attributes: { Arn: bus.arn, Name: bus.name } };
  };
  return {
    properties: { Name: "replace", Description: "update", Policy: "update", Tags: "update", KmsKeyIdentifier: "inert" },
    nameProperty: "Name",
    check: (from) => {
      read(busSchema, from);
      if (from["Policy"] !== undefined) readPolicy(from["Policy"]);
    },
    create: async (from, { region }) => {
      const { Name: name } = read(busSchema, from);
      return put(from, createBus(model, clock.now(), { region, name, tags: [] }));
    },
    update: async (physicalId, from, _previous, { region }) => put(from, model.getBus(region, physicalId)),
    remove: async (physicalId, _from, { region }) => deleteBus(model, busArn(region, physicalId)),
  };
};

const statementSchema = v.object({
  EventBusName: v.optional(v.string()),
  StatementId: v.string(),
  Statement: v.looseObject({ Effect: v.picklist(["Allow", "Deny"]), Action: v.unknown() }),
});

export const busPolicyType = (model: EventsModel): ResourceType => {
  const set = (from: Properties, { region }: ResourceContext, present: boolean): Created => {
    const { EventBusName, StatementId, Statement: statement } = read(statementSchema, from);
    const bus = model.findBus(region, EventBusName);
    if (bus !== undefined) {
      // IAM reads statements defensively; this one was JSON in a template
      model.putBus(withStatement(bus, StatementId, present ? (statement as unknown as Statement) : undefined));
    } else if (present) model.getBus(region, EventBusName);
    return { physicalId: StatementId, attributes: {} };
  };
  return {
    properties: { EventBusName: "replace", StatementId: "replace", Statement: "update" },
    check: (from) => {
      read(statementSchema, from);
    },
    create: async (from, context) => set(from, context, true),
    update: async (_physicalId, from, _previous, context) => set(from, context, true),
    remove: async (_physicalId, from, context) => {
      set(from, context, false);
    },
  };
};
