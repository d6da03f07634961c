// What clients send and get. No transforms and no cross-field rules, so that the OpenAPI document carries all of it.
import * as v from "valibot";

const line = (most: number) =>
  // oxlint-disable-next-line no-control-regex -- they are what is refused
  v.pipe(v.string(), v.minLength(1), v.maxLength(most), v.regex(/^[^\u0000-\u001f\u007f-\u009f]*$/));

/** The pool's `sub`. */
const id = v.pipe(v.string(), v.regex(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/), v.brand("UserId"));
export type UserId = v.InferOutput<typeof id>;

export const Name = line(100);
/** BCP 47: `de`, `de-AT`, `zh-Hant-TW`. */
export const Locale = v.pipe(v.string(), v.maxLength(35), v.regex(/^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/));

const Address = v.strictObject({
  name: Name,
  line1: line(100),
  line2: v.optional(line(100)),
  city: line(100),
  region: v.optional(line(100)),
  postalCode: line(20),
  /** ISO 3166-1 alpha-2 */
  country: v.pipe(v.string(), v.regex(/^[A-Z]{2}$/)),
});
export type Address = v.InferOutput<typeof Address>;
const addresses = v.pipe(v.array(Address), v.maxLength(10));

/** `null` removes. */
export const UserPatch = v.strictObject({
  name: v.nullish(Name),
  locale: v.nullish(Locale),
  marketingOptIn: v.optional(v.boolean()),
  addresses: v.optional(addresses),
});
export type UserPatch = v.InferOutput<typeof UserPatch>;

const role = v.picklist(["customer", "staff", "admin"]);
export type Role = v.InferOutput<typeof role>;
export const RoleChange = v.strictObject({ role });

export const UserView = v.strictObject({
  id,
  email: v.string(),
  name: v.optional(v.string()),
  locale: v.optional(v.string()),
  marketingOptIn: v.boolean(),
  addresses,
  role,
  status: v.literal("active"),
  version: v.number(),
  createdAt: v.string(),
  updatedAt: v.string(),
});
export type UserView = v.InferOutput<typeof UserView>;

export const UserPath = v.object({ id });

export const ListQuery = v.strictObject({
  limit: v.optional(v.pipe(v.string(), v.regex(/^(?:[1-9]\d?|100)$/))),
  cursor: v.optional(v.pipe(v.string(), v.maxLength(512))),
  email: v.optional(v.pipe(v.string(), v.minLength(3), v.maxLength(254))),
});
