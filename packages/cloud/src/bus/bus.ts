// How services tell each other what happened, without knowing each other.

export interface ObjectEvent {
  readonly bucket: string;
  /** Not encoded. */
  readonly key: string;
  readonly sizeBytes: number;
  readonly etag: string;
  readonly versionId?: string;
  /** Hexadecimal, rising per key. */
  readonly sequencer: string;
  /** As in notifications: "ObjectCreated:Put", "ObjectRemoved:Delete"… */
  readonly eventName: string;
  readonly time: number;
  readonly requestId: string;
  readonly principalId: string;
  readonly region: string;
  readonly traceId?: string;
}

export interface LogEvents {
  readonly group: string;
  readonly stream: string;
  readonly events: readonly { readonly id: string; readonly timestamp: number; readonly message: string }[];
}

/** A point of a metric that a service counts about itself, as in CloudWatch's AWS/… namespaces. */
export interface MetricPoint {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly value: number;
  readonly unit: string;
}

export interface BusEvents {
  "object-created": ObjectEvent;
  "object-removed": ObjectEvent;
  "object-tagged": ObjectEvent;
  "message-sent": { readonly queueArn: string };
  "log-written": LogEvents;
  /** A DynamoDB stream has new records. */
  "item-changed": { readonly streamArn: string };
  /** An event source mapping was made, changed, disabled or removed. */
  "mapping-changed": { readonly id: string };
  "metric-counted": MetricPoint;
  "span-added": { readonly root: string; readonly span: object };
}

export interface Bus {
  readonly on: <K extends keyof BusEvents>(name: K, listener: (event: BusEvents[K]) => void) => void;
  readonly publish: <K extends keyof BusEvents>(name: K, event: BusEvents[K]) => void;
}

export const createBus = (): Bus => {
  const listeners = new Map<string, ((event: never) => void)[]>();
  return {
    on: (name, listener) => {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
    },
    publish: (name, event) => {
      for (const listener of listeners.get(name) ?? []) listener(event as never); // `on` pairs name and type
    },
  };
};
