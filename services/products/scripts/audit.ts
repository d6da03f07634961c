// npm run audit -w services/products [-- --stage local]: whether all sums of the table agree. It reads the whole table with
// the rights of whoever runs it; while orders are under way it may see a sum half changed, so run it again then.
import { ScanCommand } from "@aws-sdk/lib-dynamodb";
import { useStage } from "@warmstart/deploy/stage";
import { parseArgs } from "node:util";
import { type Item, type Table, tableOf } from "../src/dynamo-client.ts";
import type { Line } from "../src/reservation.ts";

interface Sums {
  sku?: string;
  guardedSku?: string;
  available?: number;
  reserved: number;
  held: number;
  committed: number;
  adjusted: number;
}

const noSums = (): Sums => ({ reserved: 0, held: 0, committed: 0, adjusted: 0 });

/** `P#prd_…` */
const isOf = (kind: string, pk: string): boolean => pk.startsWith(`${kind}#`);

/** What the items of the table say of each product, by its id. */
const createSums = () => {
  const products = new Map<string, Sums>();
  const of = (id: string): Sums => {
    const sums = products.get(id) ?? noSums();
    products.set(id, sums);
    return sums;
  };
  const addReservation = ({ state, lines }: Item): void => {
    // What dynamo-reservations.ts wrote.
    for (const { productId, quantity } of lines as readonly Line[]) {
      if (state === "HELD") of(productId).held += quantity;
      if (state === "COMMITTED") of(productId).committed += quantity;
    }
  };
  const add = (item: Item): void => {
    const [pk, sk] = [String(item["pk"]), String(item["sk"])];
    const id = pk.slice(2);
    if (isOf("K", pk)) of(String(item["productId"])).guardedSku = id;
    if (isOf("R", pk) && Array.isArray(item["lines"])) addReservation(item);
    if (!isOf("P", pk)) return;
    if (sk === "P") of(id).sku = String(item["sku"]);
    if (sk === "STOCK") Object.assign(of(id), { available: item["available"], reserved: item["reserved"] });
    if (sk.startsWith("ADJ#")) of(id).adjusted += Number(item["delta"]);
  };
  return { add, products: products as ReadonlyMap<string, Sums> };
};

const violationsOf = ({ sku, guardedSku, available, reserved, held, committed, adjusted }: Sums): readonly string[] => {
  if (sku === undefined) return ["has no product"];
  if (available === undefined) return ["has no stock"];
  const inHouse = available + reserved + committed;
  return [
    ...(sku === guardedSku ? [] : [`has the SKU ${sku}, which ${guardedSku ?? "nothing"} guards`]),
    ...(available < 0 ? [`has ${available} units available`] : []),
    ...(reserved === held ? [] : [`has ${reserved} units reserved, but reservations hold ${held}`]),
    ...(inHouse === adjusted ? [] : [`has ${inHouse} units available, reserved or sold, but ${adjusted} came in`]),
  ];
};

const readAll = async function* ({ name, client }: Table): AsyncIterable<Item> {
  let start: Item | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName: name, ExclusiveStartKey: start }));
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
};

export interface Audit {
  readonly products: number;
  /** One line each. */
  readonly violations: readonly string[];
}

export const audit = async (table: Table): Promise<Audit> => {
  const { add, products } = createSums();
  for await (const item of readAll(table)) add(item);
  const violations = [...products].flatMap(([id, sums]) => violationsOf(sums).map((violation) => `${id} ${violation}`));
  return { products: products.size, violations };
};

if (import.meta.main) {
  const { values } = parseArgs({ options: { stage: { type: "string", default: "local" } } });
  useStage(values.stage);
  const { products, violations } = await audit(tableOf(`products-${values.stage}`));
  for (const violation of violations) process.stdout.write(`${violation}\n`);
  process.stdout.write(`${products} products, ${violations.length} violations\n`);
  process.exitCode = violations.length === 0 ? 0 : 1;
}
