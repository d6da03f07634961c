// What the providers have in common: who asks what, and how it is answered.
import { HOUR } from "./recorded.ts";

export interface Asked {
  /** Without the provider's prefix. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly userAgent: string;
  readonly now: number;
  /** The newest issue of this time is answered: now, or earlier when it is to be stale. */
  readonly issuedBy: number;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const ISSUE_EVERY = 6 * HOUR;
/** From the time in the forecast until it can be fetched. */
const PUBLISHED_AFTER = HOUR / 4;

/** The newest issue that can be fetched: a recorded one, moved by whole hours to the last of four times of the day. */
export const newestIssue = (recordedAt: number, now: number): number =>
  recordedAt + Math.floor((now - PUBLISHED_AFTER - recordedAt) / ISSUE_EVERY) * ISSUE_EVERY;

export const publishedAt = (issue: number): number => issue + PUBLISHED_AFTER;

/** As in `Last-Modified` and `Expires`. */
export const httpDate = (ms: number): string => new Date(ms).toUTCString();

/** RFC 9457, as the NWS sends it. */
export const problem = (status: number, title: string, detail: string): Answer => ({
  status,
  headers: { "content-type": "application/problem+json" },
  body: JSON.stringify({
    correlationId: "local",
    title,
    type: `https://api.weather.gov/problems/${title.replaceAll(" ", "")}`,
    status,
    detail,
    instance: "https://api.weather.gov/requests/local",
  }),
});

export const plain = (status: number, body: string): Answer => ({
  status,
  headers: { "content-type": "text/plain; charset=utf-8" },
  body,
});

const CONTACT = /[^\s@]+@[^\s@]+\.[^\s@]+|https?:\/\/\S+/;
const TOO_PRECISE = /\.\d{5}/;

/** What a provider refuses: nobody to write to, or coordinates that no cache can share. */
export const impolite = ({ userAgent }: Asked, coordinates: readonly string[]): Answer | undefined => {
  if (!CONTACT.test(userAgent))
    return plain(
      403,
      `403 Forbidden: the User-Agent ${JSON.stringify(userAgent)} has no contact; see the terms of service`,
    );
  if (coordinates.some((each) => TOO_PRECISE.test(each)))
    return plain(403, `403 Forbidden: ${coordinates.join(",")} has more than 4 decimals`);
  return undefined;
};

/** A number of decimal digits within ± most; undefined is no such number. */
export const coordinate = (text: string, most: number): number | undefined => {
  const value = /^-?\d{1,3}(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  return Math.abs(value) <= most ? value : undefined;
};
