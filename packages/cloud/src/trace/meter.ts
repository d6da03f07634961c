// What was used that AWS would bill: counted by service, unit and trace, priced by the admin API.
import { readTrace } from "./header.ts";

export type Unit =
  | "requests"
  | "write-requests"
  | "gb-seconds"
  | "read-units"
  | "write-units"
  | "events"
  /** Of speech, by Polly's engines. */
  | "standard-characters"
  | "neural-characters"
  | "long-form-characters"
  | "generative-characters";

export interface Usage {
  /** SigV4 name; "http-api" for requests through an API. */
  readonly service: string;
  readonly unit: Unit;
  readonly amount: number;
  /** Trace header. */
  readonly trace?: string;
}

export interface MeterReading {
  readonly service: string;
  readonly unit: Unit;
  readonly amount: number;
}

export interface Meter {
  readonly add: (usage: Usage) => void;
  /** All since `since` (cloud ms, to the minute), or those of one trace. */
  readonly read: (filter?: { readonly since?: number; readonly trace?: string }) => readonly MeterReading[];
}

const KEPT_MINUTES = 2_880;
const KEPT_TRACES = 2_000;

type Counts = Map<string, number>;

const toReadings = (counts: Iterable<Counts>): readonly MeterReading[] => {
  const sums: Counts = new Map();
  for (const each of counts) for (const [key, amount] of each) sums.set(key, (sums.get(key) ?? 0) + amount);
  return [...sums].map(([key, amount]) => {
    const [service = "", unit = ""] = key.split(" ");
    return { service, unit: unit as Unit, amount }; // as it was put in
  });
};

/** A map that forgets its oldest entry. */
const bounded = <K>(kept: number): ((key: K) => Counts) & { readonly all: Map<K, Counts> } => {
  const all = new Map<K, Counts>();
  const of = (key: K): Counts => {
    const known = all.get(key);
    if (known !== undefined) return known;
    const counts: Counts = new Map();
    all.set(key, counts);
    const [oldest] = all.size > kept ? all.keys() : [];
    if (oldest !== undefined) all.delete(oldest);
    return counts;
  };
  return Object.assign(of, { all });
};

export const createMeter = (now: () => number): Meter => {
  const minutes = bounded<number>(KEPT_MINUTES);
  const traces = bounded<string>(KEPT_TRACES);
  return {
    add: ({ service, unit, amount, trace }) => {
      const key = `${service} ${unit}`;
      const minute = minutes(Math.floor(now() / 60_000));
      minute.set(key, (minute.get(key) ?? 0) + amount);
      const root = readTrace(trace)?.root;
      if (root === undefined) return;
      const counts = traces(root);
      counts.set(key, (counts.get(key) ?? 0) + amount);
    },
    read: ({ since = 0, trace } = {}) => {
      if (trace !== undefined) return toReadings([traces.all.get(trace) ?? new Map<string, number>()]);
      const from = Math.floor(since / 60_000);
      return toReadings([...minutes.all].filter(([minute]) => minute >= from).map(([, counts]) => counts));
    },
  };
};
