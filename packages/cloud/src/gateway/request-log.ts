// The last requests, for the admin API and for tests that count calls. Bounded: the oldest goes first.
import type { Facts } from "./service.ts";

export interface RequestRecord {
  readonly id: string;
  /** Cloud time, ISO 8601. */
  readonly time: string;
  readonly service: string;
  readonly action: string;
  readonly resource: string;
  readonly principal: string;
  readonly status: number;
  /** Real milliseconds spent. */
  readonly ms: number;
  readonly traceId?: string;
  /** The code of the error that was answered. */
  readonly error?: string;
  /** What else the service tells of it: characters, voice and format of a speech. */
  readonly facts?: Facts;
}

interface Served extends Omit<RequestRecord, "time"> {
  /** Cloud ms. */
  readonly time: number;
}

export interface RequestLog {
  readonly add: (record: Served) => void;
  readonly list: (filter?: { service?: string; action?: string; limit?: number }) => readonly RequestRecord[];
}

const KEPT = 50_000;
/** Dropped in lots: one by one would move the whole list each time. */
const LOT = 1_000;

export const createRequestLog = (): RequestLog => {
  const records: Served[] = [];
  return {
    add: (record) => {
      records.push(record);
      if (records.length >= KEPT + LOT) records.splice(0, LOT);
    },
    list: ({ service, action, limit = KEPT } = {}) =>
      records
        .filter(
          (record) => (service ?? record.service) === record.service && (action ?? record.action) === record.action,
        )
        .slice(-limit)
        .map((record) => ({ ...record, time: new Date(record.time).toISOString() })),
  };
};
