// PutRule, DescribeRule, ListRules, EnableRule, DisableRule, DeleteRule, and the targets of rules.
import * as v from "valibot";
import { readExpression } from "../cron/schedule-expression.ts";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { compilePattern } from "../pattern/event-pattern.ts";
import type { Ground } from "../ports.ts";
import { DEFAULT_BUS, type BusState, type EventsModel, type Rule, ruleArn, type RuleState } from "./model.ts";
import { MAX_PATTERN, MAX_TARGETS } from "./limits.ts";
import { checkTarget, type Target, targetSchema } from "./target.ts";

const invalid = (message: string): AwsError => new AwsError("ValidationException", 400, message);

const tagList = v.optional(v.array(v.strictObject({ Key: v.string(), Value: v.string() })), []);

export const ruleEntries = {
  Name: v.pipe(v.string(), v.regex(/^[.\-_A-Za-z0-9]{1,64}$/, "must be 1 to 64 of a-z, A-Z, 0-9 and . - _")),
  EventPattern: v.optional(v.pipe(v.string(), v.maxLength(MAX_PATTERN))),
  ScheduleExpression: v.optional(v.pipe(v.string(), v.maxLength(256))),
  State: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
  Description: v.optional(v.pipe(v.string(), v.maxLength(512))),
  RoleArn: v.optional(v.string()),
  EventBusName: v.optional(v.string()),
};

const ruleSchema = v.object(ruleEntries);

export type RuleInput = v.InferOutput<typeof ruleSchema>;

/** Throws for a rule without pattern and schedule, or with a wrong one. */
export const checkRule = ({ EventPattern, ScheduleExpression }: RuleInput, busName: string): void => {
  if (EventPattern === undefined && ScheduleExpression === undefined) {
    throw invalid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  }
  if (EventPattern !== undefined) {
    compilePattern(EventPattern);
    if (/^\s*\{\s*\}\s*$/.test(EventPattern)) {
      throw new AwsError(
        "InvalidEventPatternException",
        400,
        "Event pattern is not valid. Reason: Empty objects are not allowed at the top",
      );
    }
  }
  if (ScheduleExpression === undefined) return;
  if (busName !== DEFAULT_BUS) throw invalid("ScheduleExpression is supported only on the default event bus.");
  readExpression(ScheduleExpression, ["rate", "cron"]);
};

/** Makes a rule, or changes one and keeps its targets and tags. */
export const putRule = (model: EventsModel, bus: BusState, input: RuleInput, now: number): Rule => {
  checkRule(input, bus.name);
  const arn = ruleArn(bus, input.Name);
  const existing = model.findRule(arn);
  const {
    EventPattern: pattern,
    ScheduleExpression: schedule,
    State,
    Description: description,
    RoleArn: roleArn,
  } = input;
  const kept = existing !== undefined && existing.schedule === schedule;
  const scheduledAt = kept ? existing.scheduledAt : now;
  const state: RuleState = { arn, name: input.Name, busArn: bus.arn, pattern, schedule, description, roleArn, scheduledAt, enabled: State === "ENABLED", tags: existing?.tags ?? {}, targets: existing?.targets ?? [] }; // prettier-ignore
  return model.putRule(state);
};

/** Checks targets together; throws naming the one that is wrong. */
export const checkTargets = (targets: readonly Target[]): void => {
  for (const target of targets) checkTarget(target);
  if (targets.length > MAX_TARGETS) {
    throw new AwsError(
      "LimitExceededException",
      400,
      `The requested resource exceeds the maximum number allowed: ${MAX_TARGETS} targets.`,
    );
  }
};

export const putTargets = (model: EventsModel, rule: Rule, given: readonly Target[]): Rule => {
  const ids = new Set(given.map(({ Id }) => Id));
  const targets = [...rule.targets.filter(({ Id }) => !ids.has(Id)), ...given];
  checkTargets(targets);
  return model.putRule({ ...rule, targets });
};

const shown = (rule: Rule): object => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.pattern,
  ScheduleExpression: rule.schedule,
  State: rule.enabled ? "ENABLED" : "DISABLED",
  Description: rule.description,
  RoleArn: rule.roleArn,
  EventBusName: rule.busArn.slice(rule.busArn.indexOf("/") + 1),
});

export const ruleActions = ({ clock }: Pick<Ground, "clock">, model: EventsModel): Readonly<Record<string, Action>> => {
  const action = honouring("ValidationException");
  const bus = v.optional(v.string());
  const named = { Name: v.string(), EventBusName: bus };
  const ruled = { Rule: v.string(), EventBusName: bus };
  const paged = { NextToken: v.optional(v.string()), Limit: v.optional(v.number()) }; // all fit one page here
  const find = (region: string, busName: string | undefined, name: string): Rule =>
    model.getRule(model.getBus(region, busName), name);
  const setEnabled = (enabled: boolean): Action =>
    action(named, ({ Name, EventBusName }, { region }) => {
      model.putRule({ ...find(region, EventBusName, Name), enabled });
    });
  const none = { FailedEntryCount: 0, FailedEntries: [] };
  return {
    PutRule: action({ ...ruleEntries, Tags: tagList }, ({ Tags, ...input }, { region }) => {
      const rule = putRule(model, model.getBus(region, input.EventBusName), input, clock.now());
      const tags = Object.fromEntries(Tags.map(({ Key, Value }) => [Key, Value]));
      if (Tags.length > 0) model.putRule({ ...rule, tags });
      return { RuleArn: rule.arn };
    }),
    DescribeRule: action(named, ({ Name, EventBusName }, { region }) => shown(find(region, EventBusName, Name))),
    ListRules: action({ NamePrefix: v.optional(v.string(), ""), EventBusName: bus, ...paged }, (input, { region }) => {
      const rules = model.rules(model.getBus(region, input.EventBusName).arn);
      return { Rules: rules.filter(({ name }) => name.startsWith(input.NamePrefix)).map(shown) };
    }),
    EnableRule: setEnabled(true),
    DisableRule: setEnabled(false),
    DeleteRule: action({ ...named, Force: v.optional(v.boolean()) }, ({ Name, EventBusName }, { region }) => {
      const arn = ruleArn(model.getBus(region, EventBusName), Name);
      if ((model.findRule(arn)?.targets.length ?? 0) > 0) throw invalid("Rule can't be deleted since it has targets.");
      model.removeRule(arn);
    }),
    PutTargets: action(
      { ...ruled, Targets: v.pipe(v.array(targetSchema), v.minLength(1)) },
      ({ Rule: name, EventBusName, Targets }, { region }) => {
        putTargets(model, find(region, EventBusName, name), Targets);
        return none;
      },
    ),
    RemoveTargets: action(
      { ...ruled, Ids: v.array(v.string()), Force: v.optional(v.boolean()) },
      ({ Rule: name, EventBusName, Ids }, { region }) => {
        const rule = find(region, EventBusName, name);
        model.putRule({ ...rule, targets: rule.targets.filter(({ Id }) => !Ids.includes(Id)) });
        return none;
      },
    ),
    ListTargetsByRule: action({ ...ruled, ...paged }, ({ Rule: name, EventBusName }, { region }) => ({
      Targets: find(region, EventBusName, name).targets,
    })),
  };
};
