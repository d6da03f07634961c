// Takes events in, finds the rules that match, and hands them to the targets: with retries, then to a dead-letter queue.
import type { Deliveries, Job } from "../deliveries/deliveries.ts";
import { createTargetDeliveries, takeRole } from "../deliveries/target-deliveries.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Principal } from "../gateway/service.ts";
import type { AccountIam, Deliver, Ground } from "../ports.ts";
import type { BusState, EventsModel, Rule } from "./model.ts";
import { atPath, inputOf, type Target } from "./target.ts";

/** An event as targets get it; the order of its members is AWS's. */
export interface BusEvent {
  readonly version: "0";
  readonly id: string;
  readonly "detail-type": string;
  readonly source: string;
  readonly account: string;
  /** Seconds. */
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
}

interface Invocation {
  readonly ruleArn: string;
  readonly targetId: string;
  readonly event: BusEvent;
  readonly traceId?: string | undefined;
  /** It came from another bus: from here it goes to no third one. */
  readonly forwarded: boolean;
}

export interface Arrival {
  readonly event: BusEvent;
  readonly traceId?: string | undefined;
  readonly forwarded?: boolean;
}

export interface EventsEngine extends Pick<Deliveries<Invocation>, "start"> {
  /** Hands an event to all rules of a bus that match, in the caller's transaction. */
  readonly accept: (bus: BusState, arrival: Arrival) => void;
  /** Hands an event to the targets of one rule. */
  readonly trigger: (rule: Rule, arrival: Arrival) => void;
  /** Throws the denial unless `principal` may put events of this source and type on the bus. */
  readonly authorize: (principal: Principal, bus: BusState, event: Pick<BusEvent, "source" | "detail-type">) => void;
}

export const EVENTS: Principal = { kind: "service", name: "events.amazonaws.com" };

/** AWS's time stamp of events: whole seconds. */
export const secondsOf = (ms: number): string => new Date(ms).toISOString().replace(/\.\d+Z$/, "Z");

const METRICS = {
  attempted: "Invocations",
  failed: "FailedInvocations",
  buried: "InvocationsSentToDlq",
  lost: "InvocationsFailedToBeSentToDlq",
} as const;

export interface EnginePorts {
  readonly iam: Pick<AccountIam, "decide" | "trusts" | "principalOf">;
  readonly deliver: Deliver;
  readonly model: EventsModel;
}

export const createEngine = (ground: Ground, { iam, deliver, model }: EnginePorts): EventsEngine => {
  const { bus: cloudBus, traces } = ground;

  const count = (rule: Pick<Rule, "name">, name: string): void =>
    cloudBus.publish("metric-counted", { namespace: "AWS/Events", name, dimensions: { RuleName: rule.name }, value: 1, unit: "Count" }); // prettier-ignore
  const principalFor = ({ RoleArn }: Target): Principal =>
    RoleArn === undefined ? EVENTS : takeRole(iam, RoleArn, "events.amazonaws.com");
  const authorize: EventsEngine["authorize"] = (principal, bus, { source, "detail-type": detailType }) => {
    const context = { "aws:SourceAccount": ACCOUNT, "events:source": source, "events:detail-type": detailType };
    const decision = iam.decide(principal, { action: "events:PutEvents", resource: bus.arn, context }, bus.policy);
    if (!decision.allowed) throw new AwsError("AccessDeniedException", 400, decision.message);
  };
  const toBus = (target: Target, { event, traceId, forwarded }: Invocation): void => {
    if (forwarded) return; // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html: one hop
    const bus = model.getBus(event.region, target.Arn);
    authorize(principalFor(target), bus, event);
    accept(bus, { event, traceId, forwarded: true });
  };
  const hand = (rule: Rule, target: Target, { what, acceptedAt, notBefore }: Job<Invocation>): void => {
    const { event, traceId } = what;
    if (target.Arn.split(":")[2] === "events") return toBus(target, what);
    const group = target.SqsParameters?.MessageGroupId;
    const groupId = group?.startsWith("$") ? atPath(event, group) : group;
    deliver({
      targetArn: target.Arn,
      principal: principalFor(target),
      sourceArn: rule.arn,
      body: inputOf(target, { event, ruleArn: rule.arn, ruleName: rule.name, receivedAt: acceptedAt }),
      ...(groupId !== undefined && {
        messageGroupId: typeof groupId === "string" ? groupId : JSON.stringify(groupId),
        deduplicationId: event.id,
      }),
      ...(traceId !== undefined && { traceId }),
    });
    if (traceId === undefined) return;
    const name = `events → ${target.Arn.split(":").at(-1) ?? ""}`;
    const waitMs = Math.max(0, notBefore - acceptedAt);
    traces.add({ trace: traceId, kind: "delivery", name, resource: rule.arn, start: acceptedAt, ms: 0, waitMs, status: "ok" }); // prettier-ignore
  };

  const find = ({ ruleArn, targetId }: Invocation) => {
    const rule = model.findRule(ruleArn);
    return { rule, target: rule?.targets.find(({ Id }) => Id === targetId) };
  };
  const deliveries = createTargetDeliveries<Invocation>(ground, deliver, {
    service: "events",
    sourceArn: ({ ruleArn }) => ruleArn,
    target: (what) => find(what).target,
    hand: (job) => {
      const { rule, target } = find(job.what);
      if (rule !== undefined && target !== undefined) hand(rule, target, job);
    },
    deadLetter: ({ what: { ruleArn, event, traceId } }) => ({
      principal: EVENTS,
      body: JSON.stringify(event),
      attributes: { RULE_ARN: ruleArn },
      ...(traceId !== undefined && { traceId }),
    }),
    count: ({ ruleArn }, name) => count({ name: ruleArn.slice(ruleArn.lastIndexOf("/") + 1) }, METRICS[name]),
  });

  const trigger: EventsEngine["trigger"] = (rule, { event, traceId, forwarded = false }) => {
    count(rule, "TriggeredRules");
    for (const { Id } of rule.targets) {
      deliveries.handOver({ ruleArn: rule.arn, targetId: Id, event, traceId, forwarded });
    }
  };
  function accept(bus: BusState, arrival: Arrival): void {
    for (const rule of model.rules(bus.arn)) if (rule.enabled && rule.matches(arrival.event)) trigger(rule, arrival);
  }
  return { accept, trigger, authorize, start: deliveries.start };
};
