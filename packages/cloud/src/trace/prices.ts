// What the counted usage would cost: AWS's public on-demand prices of us-east-1, without free tiers and volume discounts.
// An estimate to compare designs by, not a bill. Prices as of 2025-11 (u): https://aws.amazon.com/pricing/
import type { MeterReading, Unit } from "./meter.ts";

export const PRICES_OF = "2025-11, us-east-1";

const PER_MILLION = 1e-6;

/** US dollars per unit, by service and unit. */
const PRICES: Readonly<Record<string, Partial<Record<Unit, number>>>> = {
  lambda: { requests: 0.2 * PER_MILLION, "gb-seconds": 0.0000166667 },
  s3: { requests: 0.4 * PER_MILLION, "write-requests": 5 * PER_MILLION },
  dynamodb: { "read-units": 0.125 * PER_MILLION, "write-units": 0.625 * PER_MILLION },
  sqs: { requests: 0.4 * PER_MILLION },
  sns: { requests: 0.5 * PER_MILLION },
  events: { events: 1 * PER_MILLION },
  scheduler: { events: 1 * PER_MILLION },
  "http-api": { requests: 1 * PER_MILLION },
  polly: {
    "standard-characters": 4 * PER_MILLION,
    "neural-characters": 16 * PER_MILLION,
    "long-form-characters": 100 * PER_MILLION,
    "generative-characters": 30 * PER_MILLION,
  },
};

/** S3 bills writes and lists (its "tier 1") more than reads. https://aws.amazon.com/s3/pricing/ */
export const requestUnit = (service: string, action: string): Unit =>
  service === "s3" && /^(Put|Post|Copy|Create|Complete|Upload|List)/.test(action) ? "write-requests" : "requests";

export interface Cost extends MeterReading {
  /** US dollars; missing where no price is known. */
  readonly usd?: number;
}

export const priced = (readings: readonly MeterReading[]): readonly Cost[] =>
  readings.map((reading) => {
    const price = PRICES[reading.service]?.[reading.unit];
    return { ...reading, ...(price !== undefined && { usd: reading.amount * price }) };
  });
