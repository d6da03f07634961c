// Takes events in, finds the rules that match, and hands them to the targets: with retries, then to a dead-letter queue.
import type { BusEvent } from "../deliveries/bus-event.ts";
import type { Deliveries, Job } from "../deliveries/deliveries.ts";
import { createTargetDeliveries, takeRole } from "../deliveries/target-deliveries.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Principal } from "../gateway/service.ts";
import type { AccountIam, Deliver, Ground } from "../ports.ts";
import type { Bus, EventsModel, Rule } from "./model.ts";
import { atPath, inputOf, type Target } from "./target.ts";

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

interface EventKind {
  readonly source: string;
  readonly detailType: string;
}

export interface EventsEngine extends Pick<Deliveries<Invocation>, "start"> {
  /** Hands an event to all rules of a bus that match, in the caller's transaction. */
  readonly accept: (bus: Bus, arrival: Arrival) => void;
  /** Hands an event to the targets of one rule. */
  readonly trigger: (rule: Rule, arrival: Arrival) => void;
  /** Throws the denial unless `principal` may put events of this source and type on the bus. */
  readonly authorize: (principal: Principal, bus: Bus, event: EventKind) => void;
}

const EVENTS: Principal = { kind: "service", name: "events.amazonaws.com" };

export interface EnginePorts {
  readonly iam: Pick<AccountIam, "decide" | "trusts" | "principalOf">;
  readonly deliver: Deliver;
  readonly model: EventsModel;
}

export const createEngine = (ground: Ground, { iam, deliver, model }: EnginePorts): EventsEngine => {
  const principalFor = ({ RoleArn }: Target, sourceArn: string): Principal =>
    RoleArn === undefined ? EVENTS : takeRole(iam, RoleArn, { service: "events.amazonaws.com", sourceArn });
  const authorize: EventsEngine["authorize"] = (principal, bus, { source, detailType }) => {
    const context = { "aws:SourceAccount": ACCOUNT, "events:source": source, "events:detail-type": detailType };
    const decision = iam.decide(principal, { action: "events:PutEvents", resource: bus.arn, context }, bus.policy);
    if (!decision.allowed) throw new AwsError("AccessDeniedException", 400, decision.message);
  };
  const toBus = (target: Target, { ruleArn, event, traceId, forwarded }: Invocation): undefined => {
    if (forwarded) return; // https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-bus-to-bus.html: one hop
    const bus = model.getBus(event.region, target.Arn);
    authorize(principalFor(target, ruleArn), bus, { source: event.source, detailType: event["detail-type"] });
    accept(bus, { event, traceId, forwarded: true });
  };
  const contentFor = (rule: Rule, target: Target, { what, acceptedAt }: Job<Invocation>) => {
    const { event, traceId } = what;
    const group = target.SqsParameters?.MessageGroupId;
    const groupId = group?.startsWith("$") ? atPath(event, group) : group;
    return {
      principal: principalFor(target, rule.arn),
      body: inputOf(target, { event, ruleArn: rule.arn, ruleName: rule.name, receivedAt: acceptedAt }),
      // A FIFO queue deduplicates by content: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Target.html
      ...(groupId !== undefined && {
        messageGroupId: typeof groupId === "string" ? groupId : JSON.stringify(groupId),
      }),
      ...(traceId !== undefined && { traceId }),
    };
  };

  const targetOf = ({ ruleArn, targetId }: Invocation): Target | undefined =>
    model.rules.get(ruleArn)?.targets.find(({ Id }) => Id === targetId);
  const deliveries = createTargetDeliveries<Invocation>(ground, deliver, {
    service: "events",
    sourceArn: ({ ruleArn }) => ruleArn,
    target: targetOf,
    content: (job) => {
      const rule = model.rules.get(job.what.ruleArn);
      const target = targetOf(job.what);
      if (rule === undefined || target === undefined) return undefined;
      return target.Arn.split(":")[2] === "events" ? toBus(target, job.what) : contentFor(rule, target, job);
    },
    deadLetter: ({ what: { ruleArn, event, traceId } }) => ({
      principal: EVENTS,
      body: JSON.stringify(event),
      attributes: { RULE_ARN: ruleArn },
      ...(traceId !== undefined && { traceId }),
    }),
    metrics: {
      namespace: "AWS/Events",
      dimensions: ({ ruleArn }) => ({ RuleName: ruleArn.slice(ruleArn.lastIndexOf("/") + 1) }),
      attempted: "Invocations",
      failed: "FailedInvocations",
      buried: "InvocationsSentToDlq",
      lost: "InvocationsFailedToBeSentToDlq",
    },
  });

  const trigger: EventsEngine["trigger"] = (rule, { event, traceId, forwarded = false }) => {
    const dimensions = { RuleName: rule.name };
    ground.bus.publish("metric-counted", { namespace: "AWS/Events", name: "TriggeredRules", dimensions, value: 1, unit: "Count" }); // prettier-ignore
    for (const { Id } of rule.targets) {
      deliveries.handOver({ ruleArn: rule.arn, targetId: Id, event, traceId, forwarded });
    }
  };
  function accept(bus: Bus, arrival: Arrival): void {
    for (const rule of model.rulesOf(bus)) if (rule.enabled && rule.matches(arrival.event)) trigger(rule, arrival);
  }
  return { accept, trigger, authorize, start: deliveries.start };
};
