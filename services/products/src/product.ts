// A product: what there is to buy, under a SKU that stays its own for ever.
import { etagMismatch, invalid, notFound } from "@warmstart/middleware";
import { badRequest, conflict } from "./errors.ts";
import type { ProductId } from "./product-id.ts";
import {
  type ListQuery,
  type NewProduct,
  type ProductPatch,
  type ProductReplacement,
  type ProductSummary,
  type ProductView,
  type Status,
} from "./product-schemas.ts";
import type { Adjustment } from "./stock.ts";

export type Product = Readonly<ProductView>;

/** Which product, as the caller knows it; any version where it is undefined. */
export interface ProductVersion {
  readonly id: ProductId;
  readonly version: number | undefined;
}

/** All that a product is listed by: they change together or not at all. */
type Listed = Pick<Product, "status" | "category" | "price">;
type Fields = Pick<Product, "name" | "description" | "images" | "attributes">;
/** `null` removes, undefined leaves. */
export type ProductChanges = { readonly [K in keyof Fields]?: Fields[K] | null } & {
  readonly listed?: Listed;
  readonly updatedAt: string;
};

/** Where a page begins, and how long it is. */
export interface PageOf {
  readonly limit: number;
  /** The sort key of the last product of the page before. */
  readonly after?: string;
}

export interface ByPrice extends PageOf {
  readonly category: string;
  readonly currency: string;
  readonly descending: boolean;
  readonly min: number;
  readonly max: number;
}

export interface ProductPage {
  readonly products: readonly ProductSummary[];
  readonly next?: string;
}

export interface ProductStore {
  get(id: ProductId, options?: { readonly consistent?: true }): Promise<Product | undefined>;
  getMany(ids: readonly ProductId[]): Promise<readonly Product[]>;
  /**
   * Adds a product, its stock and the guard of its SKU, with `opening` as its first adjustment. Gives the product as it is
   * now if an earlier try has made it, and nothing when the SKU is another's.
   */
  add(product: Product, opening?: Adjustment): Promise<Product | undefined>;
  change(which: ProductVersion, changes: ProductChanges): Promise<Product | "absent" | "other-version">;
  /** Not while units of it are reserved. */
  archive(which: ProductVersion, updatedAt: string): Promise<"archived" | "absent" | "other-version" | "reserved">;
  /** Newest first, of one or more states. */
  newest(states: readonly Status[], page: PageOf): Promise<ProductPage>;
  /** What is active in a category, in one currency. */
  byPrice(page: ByPrice): Promise<ProductPage>;
}

const noSuchProduct = (): Error => notFound("There is no such product");

const CURRENCIES = new Set(Intl.supportedValuesOf("currency"));

const checkCurrency = ({ currency }: { readonly currency: string }): void => {
  if (CURRENCIES.has(currency)) return;
  throw invalid([{ pointer: "#/price/currency", code: "currency", detail: "must be a code of ISO 4217" }]);
};

/** Creates a product; tried again with the same id it finds its own. */
export const createProduct = async (
  products: Pick<ProductStore, "add">,
  given: NewProduct,
  { id, now, opening }: { readonly id: ProductId; readonly now: number; readonly opening?: Adjustment },
): Promise<Product> => {
  checkCurrency(given.price);
  const createdAt = new Date(now).toISOString();
  const { images = [], attributes = {}, status = "draft" } = given;
  const product = { ...given, id, images, attributes, status, version: 1, createdAt, updatedAt: createdAt };
  const added = await products.add(product, opening);
  if (added === undefined) throw conflict("sku-taken", `The SKU ${given.sku} is another product's`);
  return added;
};

/** What anybody may see: a product that is for sale. */
export const openProduct = async (products: Pick<ProductStore, "get">, id: ProductId): Promise<Product> => {
  const product = await products.get(id);
  if (product?.status !== "active") throw noSuchProduct();
  return product;
};

export const anyProduct = async (products: Pick<ProductStore, "get">, id: ProductId): Promise<Product> => {
  const product = await products.get(id);
  if (product === undefined) throw noSuchProduct();
  return product;
};

const orThrow = <T>(result: T | "absent" | "other-version"): T => {
  if (result === "absent") throw noSuchProduct();
  if (result === "other-version") throw etagMismatch();
  return result;
};

/** Writes all of a product but its SKU. One conditional write. */
export const replaceProduct = async (
  products: Pick<ProductStore, "change">,
  which: ProductVersion,
  given: ProductReplacement,
  now: number,
): Promise<Product> => {
  checkCurrency(given.price);
  const { status, category, price, name, description = null, images = [], attributes = {} } = given;
  const fields = { name, description, images, attributes, updatedAt: new Date(now).toISOString() };
  return orThrow(await products.change(which, { ...fields, listed: { status, category, price } }));
};

const MAX_ATTRIBUTES = 20;

/** A merge patch: null removes, a member or all of them. */
const mergedAttributes = (
  old: Product["attributes"],
  patch: ProductPatch["attributes"] = {},
): Product["attributes"] => {
  const members = Object.entries<string | null>(patch === null ? {} : { ...old, ...patch });
  const attributes = members.filter((member): member is [string, string] => member[1] !== null);
  if (attributes.length <= MAX_ATTRIBUTES) return Object.fromEntries(attributes);
  throw invalid([{ pointer: "#/attributes", code: "max-entries", detail: `may have ${MAX_ATTRIBUTES} entries` }]);
};

const patched = (old: Product, patch: ProductPatch): Pick<ProductChanges, "listed" | "attributes"> => {
  const { status = old.status, category = old.category } = patch;
  const { amount = old.price.amount, currency = old.price.currency } = patch.price ?? {};
  checkCurrency({ currency });
  return {
    attributes: mergedAttributes(old.attributes, patch.attributes),
    listed: { status, category, price: { amount, currency } },
  };
};

/**
 * Changes what the patch names. One conditional write; only what is merged into the old, or is listed by more than the
 * patch names, needs a read before it.
 */
export const updateProduct = async (
  products: Pick<ProductStore, "get" | "change">,
  { id, version }: ProductVersion,
  patch: ProductPatch,
  now: number,
): Promise<Product> => {
  const { name, description, images } = patch;
  const changes = {
    ...(name !== undefined && { name }),
    ...(description !== undefined && { description }),
    ...(images !== undefined && { images: images ?? [] }),
    updatedAt: new Date(now).toISOString(),
  };
  const isMerged = [patch.price, patch.category, patch.status, patch.attributes].some((each) => each !== undefined);
  if (!isMerged) return orThrow(await products.change({ id, version }, changes));
  const old = await products.get(id, { consistent: true });
  if (old === undefined) throw noSuchProduct();
  if (version !== undefined && version !== old.version) throw etagMismatch();
  return orThrow(await products.change({ id, version: old.version }, { ...changes, ...patched(old, patch) }));
};

/** Takes a product out of the shop; PUT or PATCH of its status brings it back. */
export const archiveProduct = async (
  products: Pick<ProductStore, "archive">,
  which: ProductVersion,
  now: number,
): Promise<void> => {
  const result = orThrow(await products.archive(which, new Date(now).toISOString()));
  if (result === "reserved") throw conflict("invalid-state", "Units of it are reserved by orders");
};

export const STATES: readonly Status[] = ["draft", "active", "archived"];

/** What the public sees: newest first, or one category by price. */
export const listOpen = async (
  products: Pick<ProductStore, "newest" | "byPrice">,
  query: Omit<ListQuery, "limit" | "cursor">,
  page: PageOf & { readonly currency: string },
): Promise<ProductPage> => {
  const { category, sort, minPrice, maxPrice, currency = page.currency } = query;
  if (category !== undefined) {
    const [min, max] = [Number(minPrice ?? 0), Number(maxPrice ?? "9".repeat(12))];
    if (min > max) throw badRequest("invalid-query", "minPrice is over maxPrice");
    return products.byPrice({ ...page, category, currency, min, max, descending: sort === "-price" });
  }
  const [alone] = ["sort", "minPrice", "maxPrice", "currency"].filter((name) => name in query);
  if (alone !== undefined) throw badRequest("invalid-query", `${alone} needs a category`);
  return products.newest(["active"], page);
};
