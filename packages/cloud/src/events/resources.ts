// AWS::Events::Rule, AWS::Events::EventBus and AWS::Events::EventBusPolicy.
import * as v from "valibot";
import { readProperties } from "../cloudformation/property-schema.ts";
import type { Created, Properties, ResourceContext, ResourceType } from "../cloudformation/resource-type.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { type PolicyDocument, readPolicy, type Statement } from "../iam/policy.ts";
import type { Ground } from "../ports.ts";
import { busEntries, createBus, deleteBus, withStatement } from "./buses.ts";
import { type Bus, DEFAULT_BUS, type EventsModel, ruleArn } from "./model.ts";
import { checkRule, checkTargets, putRule, ruleEntries } from "./rules.ts";
import { targetSchema } from "./target.ts";

const ruleSchema = v.object({
  ...ruleEntries,
  Name: v.optional(ruleEntries.Name),
  /** JSON, or its text. */
  EventPattern: v.optional(
    v.pipe(
      v.unknown(),
      v.transform((given) => (typeof given === "object" ? JSON.stringify(given) : given)),
      ruleEntries.EventPattern,
    ),
  ),
  Targets: v.optional(v.array(targetSchema), []),
});

const readRule = (from: Properties) => {
  const { Targets: targets, ...input } = readProperties("AWS::Events::Rule", ruleSchema, from);
  checkTargets(targets);
  return { input, targets };
};

const nameIn = (physicalId: string): string => physicalId.slice(physicalId.indexOf("|") + 1);

export const ruleType = ({ clock }: Ground, model: EventsModel): ResourceType => {
  const put = (from: Properties, Name: string, region: string): Created => {
    const { input, targets } = readRule(from);
    const bus = model.getBus(region, input.EventBusName);
    const { arn } = putRule(model, bus, { input: { ...input, Name }, targets, now: clock.now() });
    return { physicalId: bus.name === DEFAULT_BUS ? Name : `${bus.name}|${Name}`, attributes: { Arn: arn } };
  };
  return {
    properties: {
      EventBusName: "replace",
      Name: "replace",
      EventPattern: "update",
      ScheduleExpression: "update",
      State: "update",
      Description: "update",
      Targets: "update",
      Tags: "inert",
    },
    nameProperty: "Name",
    check: (from) => {
      const { Name = "x", EventBusName: bus, ...input } = readRule(from).input;
      checkRule({ ...input, Name }, bus?.slice(bus.indexOf("/") + 1) ?? DEFAULT_BUS);
    },
    create: async (from, { region, generateName }) => {
      const { Name: name = generateName(64), EventBusName } = readRule(from).input;
      if (model.rules.get(ruleArn(model.getBus(region, EventBusName), name)) === undefined) {
        return put(from, name, region);
      }
      const message = `Resource of type 'AWS::Events::Rule' with identifier '${name}' already exists.`;
      throw new AwsError("AlreadyExists", 400, message);
    },
    update: async (physicalId, from, _previous, { region }) => put(from, nameIn(physicalId), region),
    remove: async (physicalId, from, { region }) => {
      const bus = model.findBus(region, readRule(from).input.EventBusName);
      if (bus !== undefined) model.rules.remove(ruleArn(bus, nameIn(physicalId)));
    },
  };
};

const busSchema = v.object({
  ...busEntries,
  Policy: v.optional(
    v.pipe(
      v.unknown(),
      v.transform(readPolicy),
      v.custom<PolicyDocument>((document) => document !== undefined, "is no policy document"),
    ),
  ),
});

const readBus = (from: Properties): Omit<Bus, "arn"> => {
  const { Name: name, Description: description, Policy: policy } = readProperties("AWS::Events::EventBus", busSchema, from); // prettier-ignore
  return { name, description, policy };
};

const busCreated = ({ arn, name }: Bus): Created => ({ physicalId: name, attributes: { Arn: arn, Name: name } });

export const busType = (model: EventsModel): ResourceType => ({
  properties: { Name: "replace", Description: "update", Policy: "update", Tags: "inert", KmsKeyIdentifier: "inert" },
  nameProperty: "Name",
  check: (from) => void readBus(from),
  create: async (from, { region }) => busCreated(createBus(model, region, readBus(from))),
  update: async (name, from, _previous, { region }) => {
    const { arn } = model.getBus(region, name);
    return busCreated(model.buses.put(arn, { ...readBus(from), arn }));
  },
  remove: async (name, _from, { region }) => deleteBus(model, region, name),
});

const statementSchema = v.object({
  EventBusName: v.optional(v.string()),
  StatementId: v.string(),
  Statement: v.custom<Statement>(
    (one) => readPolicy({ Statement: [one] }) !== undefined,
    "is no statement of a policy",
  ),
});

const readStatement = (from: Properties) => readProperties("AWS::Events::EventBusPolicy", statementSchema, from);

export const busPolicyType = (model: EventsModel): ResourceType => {
  const put = async (from: Properties, { region }: ResourceContext): Promise<Created> => {
    const { EventBusName, StatementId, Statement: statement } = readStatement(from);
    const bus = model.getBus(region, EventBusName);
    model.buses.put(bus.arn, withStatement(bus, StatementId, statement));
    return { physicalId: StatementId, attributes: {} };
  };
  return {
    properties: { EventBusName: "replace", StatementId: "replace", Statement: "update" },
    check: (from) => void readStatement(from),
    create: put,
    update: (_physicalId, from, _previous, context) => put(from, context),
    remove: async (sid, from, { region }) => {
      const bus = model.findBus(region, readStatement(from).EventBusName);
      if (bus !== undefined) model.buses.put(bus.arn, withStatement(bus, sid));
    },
  };
};
