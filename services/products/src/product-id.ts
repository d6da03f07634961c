// Ids of products: `prd_` and 26 characters of Crockford's base32, 130 bits.
import { createHash, randomBytes } from "node:crypto";
import * as v from "valibot";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export const ProductId = v.pipe(v.string(), v.regex(/^prd_[0-9A-HJKMNP-TV-Z]{26}$/), v.brand("ProductId"));
export type ProductId = v.InferOutput<typeof ProductId>;

/** Five bits of each byte count. */
const idOf = (bytes: Buffer): ProductId =>
  `prd_${Array.from(bytes.subarray(0, 26), (byte) => ALPHABET[byte & 31]).join("")}` as ProductId; // as the schema says

export const newProductId = (): ProductId => idOf(randomBytes(26));

/** The same id again for the same text, such as a line of an import. */
export const productIdFrom = (text: string): ProductId => idOf(createHash("sha256").update(text).digest());
