// AWS::Events::Rule, AWS::Events::EventBus and AWS::Events::EventBusPolicy.
import * as v from "valibot";
import { readProperties } from "../cloudformation/property-schema.ts";
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

const RULE = "AWS::Events::Rule";
const BUS = "AWS::Events::EventBus";
const NO_NAME = "x";

const ruleOf = (from: Properties, name: string): { readonly input: RuleInput; readonly targets: readonly Target[] } => {
  const { EventPattern: pattern, Targets = [], Tags: _tags, ...rest } = from;
  const EventPattern = pattern === undefined || typeof pattern === "string" ? pattern : JSON.stringify(pattern);
  const properties = { ...rest, Name: name, ...(EventPattern !== undefined && { EventPattern }) };
  const input = readProperties(RULE, v.object(ruleEntries), properties);
  return { input, targets: readProperties(RULE, v.object({ Targets: v.array(targetSchema) }), { Targets }).Targets };
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
      const tags = Object.fromEntries(
        readProperties(RULE, v.object({ Tags: tagList }), from).Tags.map(({ Key, Value }) => [Key, Value]),
      );
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
    const { Description: description, Tags } = readProperties(BUS, busSchema, from);
    model.putBus({ ...bus, description, policy, tags: Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value])) });
    return { physicalId: bus.name, attributes: { Arn: bus.arn, Name: bus.name } };
  };
  return {
    properties: { Name: "replace", Description: "update", Policy: "update", Tags: "update", KmsKeyIdentifier: "inert" },
    nameProperty: "Name",
    check: (from) => {
      readProperties(BUS, busSchema, from);
      if (from["Policy"] !== undefined) readPolicy(from["Policy"]);
    },
    create: async (from, { region }) => {
      const { Name: name } = readProperties(BUS, busSchema, from);
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
    const {
      EventBusName,
      StatementId,
      Statement: statement,
    } = readProperties("AWS::Events::EventBusPolicy", statementSchema, from);
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
      readProperties("AWS::Events::EventBusPolicy", statementSchema, from);
    },
    create: async (from, context) => set(from, context, true),
    update: async (_physicalId, from, _previous, context) => set(from, context, true),
    remove: async (_physicalId, from, context) => {
      set(from, context, false);
    },
  };
};
