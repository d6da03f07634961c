// What must hold in the tables of orders and products together, once nobody is at work: read from the items themselves.
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, ScanCommand } from "@aws-sdk/lib-dynamodb";
import type { TestCloud } from "@warmstart/testing";
import type { Store } from "./open-store.ts";

type Item = Readonly<Record<string, unknown>>;

const itemsOf = async (cloud: TestCloud, TableName: string): Promise<readonly Item[]> => {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const endpoint = cloud.endpoint;
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({ endpoint, region: "us-east-1", credentials }));
  const items: Item[] = [];
  let ExclusiveStartKey: Record<string, unknown> | undefined;
  do {
    const page = await client.send(new ScanCommand({ TableName, ExclusiveStartKey }));
    items.push(...(page.Items ?? []));
    ExclusiveStartKey = page.LastEvaluatedKey;
  } while (ExclusiveStartKey !== undefined);
  return items;
};

const startsWith = (prefix: string, name: "pk" | "sk") => (item: Item) => String(item[name]).startsWith(prefix);

interface Line {
  readonly productId: string;
  readonly quantity: number;
}

/** Units of a product in all reservations of a state. */
const unitsIn = (reservations: readonly Item[], state: string, productId: string): number =>
  reservations
    .filter((item) => item["state"] === state)
    .flatMap(({ lines }) => (lines ?? []) as readonly Line[]) // as products writes them
    .reduce((sum, line) => sum + (line.productId === productId ? line.quantity : 0), 0);

const stockProblems = (products: readonly Item[]): readonly string[] => {
  const reservations = products.filter(startsWith("R#", "pk"));
  return products.filter(startsWith("STOCK", "sk")).flatMap(({ pk, available, reserved }) => {
    const id = String(pk).slice(2);
    const adjusted = products
      .filter((item) => item["pk"] === pk && startsWith("ADJ#", "sk")(item))
      .reduce((sum, { delta }) => sum + Number(delta), 0);
    const held = unitsIn(reservations, "HELD", id);
    const sold = unitsIn(reservations, "COMMITTED", id);
    return [
      ...(Number(available) >= 0 ? [] : [`${id}: ${String(available)} units available`]),
      ...(Number(reserved) === held ? [] : [`${id}: ${String(reserved)} reserved, ${held} held`]),
      ...(Number(available) + Number(reserved) + sold === adjusted ? [] : [`${id}: units do not sum to ${adjusted}`]),
    ];
  });
};

/** In which state the stock of an order in this state is. */
const STOCK_OF: Readonly<Record<string, readonly (string | undefined)[]>> = {
  CONFIRMED: ["HELD"],
  PAID: ["COMMITTED"],
  SHIPPED: ["COMMITTED"],
  DELIVERED: ["COMMITTED"],
  REJECTED: ["RELEASED", undefined],
  CANCELLED: ["RELEASED"],
  EXPIRED: ["RELEASED"],
  REFUNDED: ["RELEASED"],
};
const SOLD = ["PAID", "SHIPPED", "DELIVERED"];

const orderProblems = (order: Item, all: readonly Item[], products: readonly Item[]): readonly string[] => {
  const { id, status, version, payment, dueAt } = order;
  const reservation = products.find(({ pk }) => pk === `R#${String(id)}`)?.["state"];
  const isRight = STOCK_OF[String(status)]?.includes(reservation as string | undefined);
  const attempt = (payment as { attempt?: number } | undefined)?.attempt;
  const charges = all.filter(({ pk, outcome }) => pk === `C#${String(id)}` && outcome === "charged");
  const kept = charges.filter(({ refunded }) => refunded !== true).map(({ sk }) => sk);
  const expected = SOLD.includes(String(status)) ? [`C#${attempt}`] : [];
  const moves = all.filter(({ pk, sk }) => pk === `O#${String(id)}` && String(sk).startsWith("E#"));
  const last = moves.reduce((highest, event) => Math.max(highest, Number(event["version"])), 1);
  return [
    ...(isRight === true ? [] : [`is ${String(status)}, its stock ${String(reservation)}`]),
    ...(kept.join() === expected.join() ? [] : [`is ${String(status)} with the charges ${kept.join() || "none"}`]),
    ...(last === Number(version) ? [] : [`has the version ${String(version)}, its last event ${last}`]),
    ...(dueAt === undefined || status === "CONFIRMED" ? [] : [`is ${String(status)} and still due`]),
  ].map((problem) => `${String(id)} ${problem}`);
};

/** One line per thing that does not hold. */
export const broken = async ({ cloud, app }: Pick<Store, "cloud" | "app">): Promise<readonly string[]> => {
  const products = await itemsOf(cloud, "products-local");
  const orders = await itemsOf(cloud, app.resource("OrdersTable"));
  const found = orders.filter(({ sk }) => sk === "O");
  return [...stockProblems(products), ...found.flatMap((order) => orderProblems(order, orders, products))];
};

/** How many orders are in each state, of all or of those for a product. */
export const statesOf = async (
  { cloud, app }: Pick<Store, "cloud" | "app">,
  productId?: string,
): Promise<Record<string, number>> => {
  const isMeant = ({ items }: Item): boolean =>
    productId === undefined || (items as readonly Line[]).some((line) => line.productId === productId); // as orders writes them
  const orders = (await itemsOf(cloud, app.resource("OrdersTable"))).filter(
    (item) => item["sk"] === "O" && isMeant(item),
  );
  return Object.fromEntries(
    [...Map.groupBy(orders, ({ status }) => String(status))].map(([name, of]) => [name, of.length]),
  );
};
