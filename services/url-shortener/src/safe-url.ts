// Which targets a short link may have. Everything is decided on the parsed URL (WHATWG), never on its spelling, so
// decimal, octal, hex, percent-encoded and full-width hosts are judged as what a browser makes of them.
import { domainToUnicode } from "node:url";

export type UrlCheck =
  | { readonly ok: true; readonly url: string; readonly confusable: boolean }
  | { readonly ok: false; readonly rule: UrlRule; readonly detail: string };

const MAX_URL_LENGTH = 2048;

const DETAILS = {
  malformed: "is not an absolute URL",
  "too-long": `is longer than ${MAX_URL_LENGTH} characters`,
  characters: "holds white space, a control character or a backslash",
  scheme: "must be http or https",
  "user-info": "must not hold a user name or password",
  "ip-address": "must name a host, not an IP address",
  "host-name": "must be a DNS name with at least two labels",
  "private-host": "names a host that is not on the public internet",
  "own-host": "points back to this shortener",
  shortener: "points to another link shortener",
};
export type UrlRule = keyof typeof DETAILS;

// RFC 6761, 6762, 7686, 8375, 9476 and the names that routers and clouds give to their own networks.
const PRIVATE = /(?:^|\.)(?:localhost|local|internal|lan|arpa|onion|test|invalid|example)$/;

// A short link to a short link hides its target twice and can loop.
const SHORTENERS =
  /(?:^|\.)(?:bit\.ly|tinyurl\.com|t\.co|goo\.gl|is\.gd|v\.gd|ow\.ly|buff\.ly|rebrand\.ly|cutt\.ly|rb\.gy|shorturl\.at|tiny\.cc|bl\.ink|lnkd\.in|s\.id|t\.ly|adf\.ly|soo\.gd|dub\.sh|kutt\.it)$/;

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
const LAST_LABEL = /^(?:[a-z]{2,63}|xn--[a-z0-9-]+)$/;
// eslint-disable-next-line no-control-regex -- the point is to find control characters
const FORBIDDEN = /[\p{Cc}\s\\]/u;
const LATIN = /\p{Script=Latin}/u;
const LOOKALIKE = /[\p{Script=Cyrillic}\p{Script=Greek}\p{Script=Armenian}]/u;

const isDnsName = (host: string): boolean => {
  const labels = host.split(".");
  const last = labels.at(-1) ?? "";
  return (
    host.length <= 253 && labels.length >= 2 && LAST_LABEL.test(last) && labels.every((label) => LABEL.test(label))
  );
};

const brokenHostRule = (url: URL, ownHost: string | undefined): UrlRule | undefined => {
  const host = url.hostname;
  if (host.startsWith("[") || /^[\d.]+$/.test(host)) return "ip-address";
  if (PRIVATE.test(host)) return "private-host";
  if (!isDnsName(host)) return "host-name";
  if (host === ownHost) return "own-host";
  return SHORTENERS.test(host) ? "shortener" : undefined;
};

/** Whether a label of the host mixes Latin letters with look-alikes of another script (`аpple.com`). */
export const isConfusable = (host: string): boolean =>
  domainToUnicode(host)
    .split(".")
    .some((label) => LATIN.test(label) && LOOKALIKE.test(label));

const refused = (rule: UrlRule): UrlCheck => ({ ok: false, rule, detail: DETAILS[rule] });

/**
 * Checks a target and returns it re-serialised, so that what is stored can stand in a `Location` header as it is.
 * `ownHost` is the host name, without port, that this shortener answers on.
 */
export const checkUrl = (input: string, ownHost?: string): UrlCheck => {
  if (input.length > MAX_URL_LENGTH) return refused("too-long");
  if (FORBIDDEN.test(input)) return refused("characters");
  if (!URL.canParse(input)) return refused("malformed");
  const url = new URL(input);
  if (url.protocol !== "http:" && url.protocol !== "https:") return refused("scheme");
  if (url.username !== "" || url.password !== "") return refused("user-info");
  if (url.hostname.endsWith(".")) url.hostname = url.hostname.slice(0, -1);
  const rule = brokenHostRule(url, ownHost);
  if (rule !== undefined) return refused(rule);
  // Percent-encoding can triple a path; a Location header must stay well below API Gateway's 10,240 bytes.
  if (url.href.length > MAX_URL_LENGTH) return refused("too-long");
  return { ok: true, url: url.href, confusable: isConfusable(url.hostname) };
};
