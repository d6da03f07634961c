// The commands that `npm start` prints for this service: one shows what is for sale, of which there is something then.
import { tableOf } from "../src/dynamo-client.ts";
import { dynamoProducts } from "../src/dynamo-products.ts";
import { createProduct } from "../src/product.ts";
import { productIdFrom } from "../src/product-id.ts";

interface Deployed {
  readonly endpoint: string;
  readonly url: string;
  readonly outputs: Readonly<Record<string, string>>;
}

const LOCAL_KEYS = { AWS_ACCESS_KEY_ID: "local", AWS_SECRET_ACCESS_KEY: "local", AWS_REGION: "us-east-1" };

const MUGS = [
  { sku: "MUG-BLUE", name: "Blue mug", amount: 1999 },
  { sku: "MUG-RED", name: "Red mug", amount: 1899 },
];

/** Repeated, it changes nothing. */
export const sample = async ({ endpoint, url, outputs }: Deployed): Promise<string> => {
  Object.assign(process.env, LOCAL_KEYS, { AWS_ENDPOINT_URL: endpoint });
  const products = dynamoProducts(tableOf(outputs["ProductsTableName"] ?? "products-local"));
  for (const { sku, name, amount } of MUGS) {
    const id = productIdFrom(`sample ${sku}`);
    const now = Date.now();
    const at = new Date(now).toISOString();
    const opening = { id: "sample", productId: id, delta: 100, reason: "opening stock", by: "npm start", at };
    const mug = { sku, name, price: { amount, currency: "EUR" }, category: "mugs", status: "active" } as const;
    await createProduct(products, mug, { id, now, opening });
  }
  return [
    `curl '${url}/v1/products?category=mugs&sort=price'`,
    `TOKEN=$(npm run --silent sign-in -w services/users -- staff)`,
    `curl -H "authorization: Bearer $TOKEN" ${url}/v1/staff/products`,
  ].join("\n");
};
