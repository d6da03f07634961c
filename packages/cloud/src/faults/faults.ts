// Faults on request: rules that say when which call, delivery or environment fails, and how. Seeded, so a run repeats.
import { randomUUID } from "node:crypto";
import { AwsError } from "../gateway/aws-error.ts";
import { createBuckets } from "../clock/token-buckets.ts";

/** What goes wrong. Calls know the first six, deliveries the next two, environments the next three. */
export type Effect =
  | { readonly kind: "error"; readonly code: string; readonly status?: number; readonly message?: string }
  /** All, or what is above `tps` calls a second of the cloud's clock after a `burst` (as many, when it is not said). */
  | { readonly kind: "throttle"; readonly tps?: number; readonly burst?: number }
  | { readonly kind: "delay"; readonly ms: number }
  /** The connection is cut before the action runs. */
  | { readonly kind: "reset" }
  /** The action is done, then the connection is cut. */
  | { readonly kind: "lost-answer" }
  /** The connection is cut after so many bytes of the answer's body. */
  | { readonly kind: "cut-answer"; readonly bytes: number }
  /** A message, record or event is delivered twice. */
  | { readonly kind: "duplicate" }
  /** A message, record or event is overtaken by a later one (never within a FIFO group or a stream key). */
  | { readonly kind: "reorder" }
  /** The execution environment dies at the start, after real `afterMs`, or at its n-th AWS call (before the call is done). */
  | { readonly kind: "kill"; readonly afterMs?: number; readonly call?: number }
  /** The invocation gets a new environment. */
  | { readonly kind: "cold" }
  /** The invocation ends as if it had used more memory than it has. */
  | { readonly kind: "memory" }
  /** Items outlive their TTL by this much more. */
  | { readonly kind: "ttl-late"; readonly ms: number }
  /** Polly answers audio without a byte. */
  | { readonly kind: "no-audio" }
  /** Polly's marks lose the last character of words that end in one of several bytes (aws-sdk-js#1683). */
  | { readonly kind: "cut-multibyte" };

export type EffectKind = Effect["kind"];

/** What is about to happen. Texts of a rule's `match` may hold `*`. */
export interface Occurrence {
  /** SigV4 name: "s3", "sqs", "lambda"… */
  readonly service: string;
  /** As in the AWS API: "PutItem", "Invoke"; deliveries are "Deliver". */
  readonly action: string;
  /** ARN. */
  readonly resource?: string;
  /** Name of the function that calls or is called. */
  readonly function?: string;
  /** ARN of the caller. */
  readonly principal?: string;
}

export interface FaultRule {
  readonly id: string;
  readonly match: Partial<Occurrence>;
  /** Which of the matching occurrences: the n-th, every n-th, the first `times`, or a share; all without one. */
  readonly when?: {
    readonly nth?: number;
    readonly every?: number;
    readonly times?: number;
    readonly rate?: number;
    readonly seed?: number;
  };
  readonly effect: Effect;
}

export interface FaultStatus extends FaultRule {
  /** Occurrences that matched, and how many of them were struck. */
  readonly seen: number;
  readonly struck: number;
}

export interface Faults {
  /** The effect of the first rule of one of these kinds that matches and is due; every matching rule counts it. */
  readonly strike: <K extends EffectKind>(
    kinds: readonly K[],
    occurrence: Occurrence,
  ) => Extract<Effect, { kind: K }> | undefined;
  readonly add: (rule: Omit<FaultRule, "id"> & { readonly id?: string }) => FaultRule;
  readonly list: () => readonly FaultStatus[];
  /** Removes one rule, or all. */
  readonly clear: (id?: string) => void;
}

/** Mulberry32: a small generator of numbers in [0, 1) that a seed repeats. */
export const seeded = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};

interface Armed {
  readonly rule: FaultRule;
  readonly random: () => number;
  /** Of a throttle at a rate: whether one more is within it. */
  readonly admits: () => boolean;
  seen: number;
  struck: number;
}

const textMatches = (pattern: string, text: string | undefined): boolean => {
  if (text === undefined) return false;
  if (!pattern.includes("*")) return pattern === text;
  const source = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${source.join(".*")}$`, "s").test(text);
};

const FIELDS = ["service", "action", "resource", "function", "principal"] as const;

const matches = ({ match }: FaultRule, occurrence: Occurrence): boolean =>
  FIELDS.every((field) => {
    const pattern = match[field];
    return pattern === undefined || textMatches(pattern, occurrence[field]);
  });

const isDue = ({ rule: { when = {} }, random, admits, seen, struck }: Armed): boolean => {
  if (when.nth !== undefined && seen !== when.nth) return false;
  if (when.every !== undefined && seen % when.every !== 0) return false;
  if (when.rate !== undefined && random() >= when.rate) return false;
  return (when.times === undefined || struck < when.times) && !admits();
};

const admitsOf = ({ effect }: FaultRule, now: () => number): Armed["admits"] => {
  if (effect.kind !== "throttle" || effect.tps === undefined) return () => false;
  const { tps: rate, burst = Math.max(1, rate) } = effect;
  const admits = createBuckets(now);
  return () => admits("", { rate, burst });
};

/** `now` is the cloud's clock, for throttles at a rate. */
export const createFaults = (now: () => number = () => 0): Faults => {
  const armed = new Map<string, Armed>();
  return {
    strike: (kinds, occurrence) => {
      let effect: Effect | undefined;
      for (const each of armed.values()) {
        if (!kinds.includes(each.rule.effect.kind as (typeof kinds)[number]) || !matches(each.rule, occurrence))
          continue;
        each.seen++;
        if (effect !== undefined || !isDue(each)) continue;
        each.struck++;
        ({ effect } = each.rule);
      }
      return effect as never; // its kind is one of those asked for
    },
    add: (given) => {
      const rule: FaultRule = { ...given, id: given.id ?? randomUUID().slice(0, 8) };
      armed.set(rule.id, {
        rule,
        random: seeded(rule.when?.seed ?? 1),
        admits: admitsOf(rule, now),
        seen: 0,
        struck: 0,
      });
      return rule;
    },
    list: () => [...armed.values()].map(({ rule, seen, struck }) => ({ ...rule, seen, struck })),
    clear: (id) => {
      if (id === undefined) armed.clear();
      else if (!armed.delete(id)) throw new AwsError("NotFound", 404, `No fault has the id ${JSON.stringify(id)}`);
    },
  };
};
