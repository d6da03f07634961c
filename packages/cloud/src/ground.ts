// The ground that the services stand on, made in one place: for the cloud, for tests of one service, and for SUPPORT.md.
import { createBus } from "./bus/bus.ts";
import { createClock } from "./clock/clock.ts";
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

export const layGround = ({ folder, store, frozenAt, endpoint, report = () => {} }: GroundOptions): Ground => {
  const work = createWork();
  const clock = createClock({
    ...(frozenAt !== undefined && { frozenAt }),
    idle: () => work.idle(),
    onError: (error, label) => report(`The timer "${label}" failed`, error),
  });
  const bus = createBus();
  return {
    clock,
    store: store ?? openStore(folder === undefined ? {} : { folder }),
    bus,
    work,
    region: REGION,
    endpoint: endpoint ?? (() => "http://127.0.0.1:4566"),
    report,
    faults: createFaults(),
    traces: createTraces(bus),
    meter: createMeter(clock.now),
  };
};
