// The buses and rules that exist: in the store, and ready to match.
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT } from "../gateway/service.ts";
import type { PolicyDocument } from "../iam/policy.ts";
import { compilePattern } from "../pattern/event-pattern.ts";
import type { Ground } from "../ports.ts";
import { openTable, type OpenTable } from "../store/open-table.ts";
import type { Target } from "./target.ts";

export interface Bus {
  readonly arn: string;
  readonly name: string;
  readonly description?: string | undefined;
  readonly policy?: PolicyDocument | undefined;
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
  readonly targets: readonly Target[];
  /** A rate counts from here: when the schedule was set. */
  readonly scheduledAt: number;
}

export interface Rule extends RuleState {
  readonly matches: (event: unknown) => boolean;
}

export interface EventsModel {
  /** By ARN; the bus `default` is there without being in here. */
  readonly buses: OpenTable<Bus>;
  /** By ARN. */
  readonly rules: OpenTable<RuleState, Rule>;
  /** By name or ARN; the bus `default` of a region is always there. */
  readonly findBus: (region: string, nameOrArn: string | undefined) => Bus | undefined;
  /** Throws ResourceNotFoundException. */
  readonly getBus: (region: string, nameOrArn: string | undefined) => Bus;
  /** Throws ResourceNotFoundException. */
  readonly getRule: (bus: Bus, name: string) => Rule;
  readonly rulesOf: (bus: Bus) => readonly Rule[];
}

export const DEFAULT_BUS = "default";

export const busArn = (region: string, name: string): string => `arn:aws:events:${region}:${ACCOUNT}:event-bus/${name}`;

export const ruleArn = ({ arn, name: bus }: Pick<Bus, "arn" | "name">, name: string): string =>
  `${arn.slice(0, arn.lastIndexOf(":"))}:rule/${bus === DEFAULT_BUS ? "" : `${bus}/`}${name}`;

const openRule = (state: RuleState): Rule => ({
  ...state,
  matches: state.pattern === undefined ? () => false : compilePattern(state.pattern),
});

const missing = (what: string): AwsError => new AwsError("ResourceNotFoundException", 400, `${what} does not exist.`);

export const createModel = ({ store }: Pick<Ground, "store">): EventsModel => {
  const buses = openTable(store.table<Bus>("events_buses"), (bus) => bus);
  const rules = openTable(store.table<RuleState>("events_rules"), openRule);
  const findBus: EventsModel["findBus"] = (region, nameOrArn = DEFAULT_BUS) => {
    const arn = nameOrArn.startsWith("arn:") ? nameOrArn : busArn(region, nameOrArn);
    const own = busArn(arn.split(":")[3] || region, DEFAULT_BUS);
    return buses.get(arn) ?? (arn === own ? { arn, name: DEFAULT_BUS } : undefined);
  };
  return {
    buses,
    rules,
    findBus,
    getBus: (region, nameOrArn) => {
      const bus = findBus(region, nameOrArn);
      if (bus === undefined) throw missing(`Event bus ${nameOrArn ?? DEFAULT_BUS}`);
      return bus;
    },
    getRule: (bus, name) => {
      const rule = rules.get(ruleArn(bus, name));
      if (rule === undefined) throw missing(`Rule ${name}`);
      return rule;
    },
    rulesOf: ({ arn }) => rules.list().filter(({ busArn: bus }) => bus === arn),
  };
};
