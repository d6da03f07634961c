// What every service stands on.
import type { Bus } from "../bus/bus.ts";
import type { Clock } from "../clock/clock.ts";
import type { Work } from "../clock/work.ts";
import type { Faults } from "../faults/faults.ts";
import type { Store } from "../store/store.ts";
import type { Meter } from "../trace/meter.ts";
import type { Traces } from "../trace/traces.ts";

/** The ground that every service stands on. */
export interface Ground {
  readonly clock: Clock;
  readonly store: Store;
  readonly bus: Bus;
  readonly work: Work;
  /** Region of resources that CloudFormation makes: `us-east-1` unless said otherwise. */
  readonly region: string;
  /** `http://127.0.0.1:<port>`; call it only after start. */
  readonly endpoint: () => string;
  /** A line of the cloud's own diagnostic log. */
  readonly report: (message: string, error?: unknown) => void;
  /** Faults that someone asked for; whoever calls or delivers asks here whether to fail. */
  readonly faults: Faults;
  /** Spans of work, by trace. */
  readonly traces: Traces;
  /** What AWS would bill. */
  readonly meter: Meter;
}
