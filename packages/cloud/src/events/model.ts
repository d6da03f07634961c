// The buses and rules that exist: in the store, and ready to match.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { PolicyDocument } from "../iam/policy.ts";
import { compilePattern } from "../pattern/event-pattern.ts";
import type { Ground } from "../ports.ts";
import type { Target } from "./target.ts";

export interface BusState {
  readonly arn: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly policy?: PolicyDocument | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly createdAt: number;
}

export interface RuleState {
  readonly arn: string;
  readonly name: string;
  readonly busArn: string;
  /** JSON text. */
  readonly pattern?: string | undefined;
  readonly schedule?: string | undefined;
  readonly enabled: boolean;
  readonly description?: string | undefined;
  readonly roleArn?: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
  readonly targets: readonly Target[];
  /** A rate counts from here: when the schedule was set. */
  readonly scheduledAt: number;
}

export interface Rule extends RuleState {
  readonly matches: (event: unknown) => boolean;
}

export interface EventsModel {
  /** By name or ARN; the bus `default` of a region is always there. */
  readonly findBus: (region: string, nameOrArn: string | undefined) => BusState | undefined;
  /** Throws ResourceNotFoundException. */
  readonly getBus: (region: string, nameOrArn: string | undefined) => BusState;
  readonly buses: (region: string) => readonly BusState[];
  readonly putBus: (bus: BusState) => BusState;
  readonly removeBus: (arn: string) => void;
  readonly findRule: (arn: string) => Rule | undefined;
  /** Throws ResourceNotFoundException. */
  readonly getRule: (bus: BusState, name: string) => Rule;
  readonly rules: (busArn?: string) => readonly Rule[];
  readonly putRule: (rule: RuleState) => Rule;
  readonly removeRule: (arn: string) => void;
  /** Told of every change, for timers. */
  readonly onRule: (listener: (arn: string) => void) => void;
}

export const DEFAULT_BUS = "default";

export const busArn = (region: string, name: string): string => `arn:aws:events:${region}:${ACCOUNT}:event-bus/${name}`;

export const ruleArn = ({ arn, name: bus }: Pick<BusState, "arn" | "name">, name: string): string =>
  `${arn.slice(0, arn.lastIndexOf(":"))}:rule/${bus === DEFAULT_BUS ? "" : `${bus}/`}${name}`;

const openRule = (state: RuleState): Rule => ({
  ...state,
  matches: state.pattern === undefined ? () => false : compilePattern(state.pattern),
});

const missing = (what: string): AwsError => new AwsError("ResourceNotFoundException", 400, `${what} does not exist.`);

export const createModel = ({ store }: Pick<Ground, "store">): EventsModel => {
  const busTable = store.table<BusState>("events_buses");
  const ruleTable = store.table<RuleState>("events_rules");
  const buses = new Map(busTable.list());
  const rules = new Map(ruleTable.list().map(([arn, state]) => [arn, openRule(state)]));
  const listeners: ((arn: string) => void)[] = [];
  const changed = (arn: string): void => {
    for (const listener of listeners) listener(arn);
  };

  const findBus: EventsModel["findBus"] = (region, nameOrArn = DEFAULT_BUS) => {
    const arn = nameOrArn.startsWith("arn:") ? nameOrArn : busArn(region, nameOrArn);
    const name = arn.slice(arn.indexOf("/") + 1);
    const implied = name === DEFAULT_BUS ? { arn, name, tags: {}, createdAt: 0 } : undefined;
    return buses.get(arn) ?? implied;
  };
  return {
    findBus,
    getBus: (region, nameOrArn) => {
      const bus = findBus(region, nameOrArn);
      if (bus === undefined) throw missing(`Event bus ${nameOrArn ?? DEFAULT_BUS}`);
      return bus;
    },
    buses: (region) => {
      const implied = findBus(region, DEFAULT_BUS);
      const others = [...buses.values()].filter(({ arn }) => arn.split(":")[3] === region && arn !== implied?.arn);
      return [...(implied ? [implied] : []), ...others];
    },
    putBus: (bus) => {
      busTable.put(bus.arn, bus);
      buses.set(bus.arn, bus);
      return bus;
    },
    removeBus: (arn) => {
      busTable.remove(arn);
      buses.delete(arn);
    },
    findRule: (arn) => rules.get(arn),
    getRule: (bus, name) => {
      const rule = rules.get(ruleArn(bus, name));
      if (rule === undefined) throw missing(`Rule ${name}`);
      return rule;
    },
    rules: (bus) => [...rules.values()].filter((rule) => bus === undefined || rule.busArn === bus),
    putRule: (state) => {
      const { matches, ...stored } = openRule(state);
      ruleTable.put(state.arn, stored);
      rules.set(state.arn, { ...stored, matches });
      changed(state.arn);
      return { ...stored, matches };
    },
    removeRule: (arn) => {
      ruleTable.remove(arn);
      rules.delete(arn);
      changed(arn);
    },
    onRule: (listener) => {
      listeners.push(listener);
    },
  };
};
