// PutRule, DescribeRule, ListRules, EnableRule, DisableRule, DeleteRule, and the targets of rules.
import * as v from "valibot";
import { readExpression } from "../cron/schedule-expression.ts";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import type { Action } from "../gateway/service.ts";
import { compilePattern } from "../pattern/event-pattern.ts";
import type { Ground } from "../ports.ts";
import { DEFAULT_BUS, type Bus, type EventsModel, type Rule, ruleArn } from "./model.ts";
import { MAX_PATTERN, MAX_TARGETS } from "./limits.ts";
import { checkTarget, type Target, targetSchema } from "./target.ts";

const invalid = (message: string): AwsError => new AwsError("ValidationException", 400, message);

/** What a rule says, in the API and in templates. */
export const ruleEntries = {
  Name: v.pipe(v.string(), v.regex(/^[.\-_A-Za-z0-9]{1,64}$/, "must be 1 to 64 of a-z, A-Z, 0-9 and . - _")),
  EventPattern: v.optional(v.pipe(v.string(), v.maxLength(MAX_PATTERN))),
  ScheduleExpression: v.optional(v.pipe(v.string(), v.maxLength(256))),
  State: v.optional(v.picklist(["ENABLED", "DISABLED"]), "ENABLED"),
  Description: v.optional(v.pipe(v.string(), v.maxLength(512))),
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
      const message = "Event pattern is not valid. Reason: Empty objects are not allowed at the top";
      throw new AwsError("InvalidEventPatternException", 400, message);
    }
  }
  if (ScheduleExpression === undefined) return;
  if (busName !== DEFAULT_BUS) throw invalid("ScheduleExpression is supported only on the default event bus.");
  readExpression(ScheduleExpression, ["rate", "cron"]);
};

/** Checks targets together; throws naming the one that is wrong. */
export const checkTargets = (targets: readonly Target[]): void => {
  for (const target of targets) checkTarget(target);
  if (targets.length <= MAX_TARGETS) return;
  const message = `The requested resource exceeds the maximum number allowed: ${MAX_TARGETS} targets.`;
  throw new AwsError("LimitExceededException", 400, message);
};

export interface NewRule {
  readonly input: RuleInput;
  /** Those that it has, if not given. */
  readonly targets?: readonly Target[];
  readonly now: number;
}

/** Makes a rule, or changes one. */
export const putRule = (model: EventsModel, bus: Bus, { input, targets, now }: NewRule): Rule => {
  checkRule(input, bus.name);
  const { Name: name, EventPattern: pattern, ScheduleExpression: schedule, Description: description } = input;
  const arn = ruleArn(bus, name);
  const existing = model.rules.get(arn);
  return model.rules.put(arn, {
    arn,
    name,
    busArn: bus.arn,
    pattern,
    schedule,
    description,
    enabled: input.State === "ENABLED",
    targets: targets ?? existing?.targets ?? [],
    scheduledAt: existing !== undefined && existing.schedule === schedule ? existing.scheduledAt : now,
  });
};

const shown = (rule: Rule): object => ({
  Name: rule.name,
  Arn: rule.arn,
  EventPattern: rule.pattern,
  ScheduleExpression: rule.schedule,
  State: rule.enabled ? "ENABLED" : "DISABLED",
  Description: rule.description,
  EventBusName: rule.busArn.slice(rule.busArn.indexOf("/") + 1),
});

const inBus = { EventBusName: v.optional(v.string()) };

const targetActions = (model: EventsModel): Readonly<Record<string, Action>> => {
  const action = honouring("ValidationException");
  const ofRule = { Rule: v.string(), ...inBus };
  const find = (region: string, { Rule: name, EventBusName }: { Rule: string; EventBusName?: string | undefined }) =>
    model.getRule(model.getBus(region, EventBusName), name);
  const change = (rule: Rule, targets: readonly Target[]) => {
    checkTargets(targets);
    model.rules.put(rule.arn, { ...rule, targets });
    return { FailedEntryCount: 0, FailedEntries: [] };
  };
  return {
    PutTargets: action({ ...ofRule, Targets: v.pipe(v.array(targetSchema), v.minLength(1)) }, (input, { region }) => {
      const rule = find(region, input);
      const ids = new Set(input.Targets.map(({ Id }) => Id));
      return change(rule, [...rule.targets.filter(({ Id }) => !ids.has(Id)), ...input.Targets]);
    }),
    RemoveTargets: action({ ...ofRule, Ids: v.array(v.string()) }, (input, { region }) => {
      const rule = find(region, input);
      return change(
        rule,
        rule.targets.filter(({ Id }) => !input.Ids.includes(Id)),
      );
    }),
    ListTargetsByRule: action(ofRule, (input, { region }) => ({ Targets: find(region, input).targets })),
  };
};

export const ruleActions = ({ clock }: Pick<Ground, "clock">, model: EventsModel): Readonly<Record<string, Action>> => {
  const action = honouring("ValidationException");
  const named = { Name: v.string(), ...inBus };
  const setEnabled = (enabled: boolean): Action =>
    action(named, ({ Name, EventBusName }, { region }) => {
      const rule = model.getRule(model.getBus(region, EventBusName), Name);
      model.rules.put(rule.arn, { ...rule, enabled });
    });
  return {
    PutRule: action(ruleEntries, (input, { region }) => ({
      RuleArn: putRule(model, model.getBus(region, input.EventBusName), { input, now: clock.now() }).arn,
    })),
    DescribeRule: action(named, ({ Name, EventBusName }, { region }) =>
      shown(model.getRule(model.getBus(region, EventBusName), Name)),
    ),
    ListRules: action({ NamePrefix: v.optional(v.string(), ""), ...inBus }, (input, { region }) => {
      const rules = model.rulesOf(model.getBus(region, input.EventBusName));
      return { Rules: rules.filter(({ name }) => name.startsWith(input.NamePrefix)).map(shown) };
    }),
    EnableRule: setEnabled(true),
    DisableRule: setEnabled(false),
    DeleteRule: action(named, ({ Name, EventBusName }, { region }) => {
      const arn = ruleArn(model.getBus(region, EventBusName), Name);
      if ((model.rules.get(arn)?.targets.length ?? 0) > 0) {
        throw invalid("Rule can't be deleted since it has targets.");
      }
      model.rules.remove(arn);
    }),
    ...targetActions(model),
  };
};
