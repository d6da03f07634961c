// The ground that the services stand on, made in one place: for the cloud, for tests of one service, and for SUPPORT.md.
import { createBus } from "./bus/bus.ts";
import { type ClockOptions, createClock } from "./clock/clock.ts";
import { createWork } from "./clock/work.ts";
import { createFaults } from "./faults/faults.ts";
import type { Ground } from "./ports.ts";
import { openStore, type Store } from "./store/store.ts";
import { createMeter } from "./trace/meter.ts";
import { createTraces } from "./trace/traces.ts";

export interface GroundOptions {
  /** State folder; none keeps everything in memory. */
  readonly folder?: string;
  /** A store that is open already, instead. */
  readonly store?: Store;
  /** Ms since 1970 at which the clock stands still; none lets it run. */
  readonly frozenAt?: number;
  readonly endpoint?: () => string;
  readonly report?: Ground["report"];
}

const REGION = "us-east-1";

/** State that was made in an advanced future must not lie ahead of a clock that forgot. */
const keptOffset = (store: Store): NonNullable<ClockOptions["offset"]> => {
  const table = store.table<{ readonly ms: number }>("clock");
  return {
    read: () => table.get("offset")?.ms ?? 0,
    write: (ms) => table.put("offset", { ms }),
  };
};

export const layGround = ({ folder, store, frozenAt, endpoint, report = () => {} }: GroundOptions): Ground => {
  const work = createWork();
  const kept = store ?? openStore(folder === undefined ? {} : { folder });
  const clock = createClock({
    ...(frozenAt !== undefined && { frozenAt }),
    offset: keptOffset(kept),
    idle: () => work.idle(),
    onError: (error, label) => report(`The timer "${label}" failed`, error),
  });
  const bus = createBus();
  return {
    clock,
    store: kept,
    bus,
    work,
    region: REGION,
    endpoint: endpoint ?? (() => "http://127.0.0.1:4566"),
    report,
    faults: createFaults(clock.now),
    traces: createTraces(bus),
    meter: createMeter(clock.now),
  };
};
