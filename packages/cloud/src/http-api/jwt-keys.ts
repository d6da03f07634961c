// Public keys of the issuers of tokens: of own user pools inside, of issuers on this machine by HTTP, of nobody else.
import * as v from "valibot";
import type { JWK } from "jose";
import type { Ground } from "../ports.ts";
import { LIMITS } from "./limits.ts";

/** Throws an Error that says why there are none. */
export type JwtKeys = (issuer: string) => Promise<readonly JWK[]>;

export interface JwtKeysOptions extends Pick<Ground, "clock"> {
  readonly keysOf: (issuer: string) => readonly JWK[] | undefined;
}

const LOOPBACK = /^http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d+)?(\/|$)/;

const configuration = v.object({ jwks_uri: v.pipe(v.string(), v.regex(LOOPBACK, "is not on this machine")) });
const keySet = v.object({ keys: v.array(v.looseObject({ kty: v.string() })) });

const load = async <T>(url: string, schema: v.GenericSchema<unknown, T>): Promise<T> => {
  const answer = await fetch(url, { signal: AbortSignal.timeout(LIMITS.issuerMs), redirect: "error" });
  if (!answer.ok) throw new Error(`${url} answered ${answer.status}`);
  return v.parse(schema, await answer.json());
};

const loadKeys = async (issuer: string): Promise<readonly JWK[]> => {
  const { jwks_uri: uri } = await load(`${issuer.replace(/\/$/, "")}/.well-known/openid-configuration`, configuration);
  return (await load(uri, keySet)).keys;
};

export const createJwtKeys = ({ keysOf, clock }: JwtKeysOptions): JwtKeys => {
  const loaded = new Map<string, { readonly until: number; readonly keys: readonly JWK[] }>();
  return async (issuer) => {
    const own = keysOf(issuer);
    if (own !== undefined) return own;
    if (!LOOPBACK.test(issuer)) throw new Error(`${issuer} is neither a user pool of this cloud nor on this machine`);
    const known = loaded.get(issuer);
    if (known !== undefined && known.until > clock.now()) return known.keys;
    const keys = await loadKeys(issuer);
    loaded.set(issuer, { until: clock.now() + LIMITS.issuerKeysMs, keys });
    return keys;
  };
};
