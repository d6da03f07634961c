// Calls that die at one of their AWS calls, before it or after, and are sent again as another service does.
import { describe, expect, test } from "@jest/globals";
import { type CrashPoint, everyCrashPoint, type HttpResult, type TestCloud } from "@warmstart/testing";
import { newOrderId } from "../test/a-product.ts";
import { openStock, type Stockroom } from "../test/open-stock.ts";

type Step = "reserve" | "commit" | "release";

interface Ran {
  readonly stockroom: Stockroom;
  readonly id: string;
  readonly last: HttpResult;
}

/** Five units on a stock of ten, so far as these steps lead; each is sent until it is answered. */
const run =
  (...steps: readonly Step[]) =>
  async (cloud: TestCloud): Promise<Ran> => {
    const stockroom = await openStock(cloud);
    const id = await stockroom.stocked(10);
    const orderId = newOrderId();
    const expiresAt = new Date(cloud.clock.now() + 20_000).toISOString();
    const reservation = { items: [{ productId: id, quantity: 5 }], expiresAt };
    const send = {
      reserve: () => stockroom.internal("put", `reservations/${orderId}`, reservation),
      commit: () => stockroom.internal("post", `reservations/${orderId}/commit`),
      release: () => stockroom.internal("post", `reservations/${orderId}/release`),
    };
    let last: HttpResult | undefined;
    for (const step of steps) {
      do last = await send[step]();
      while (last.status >= 500);
    }
    if (last === undefined) throw new Error("There is no step");
    return { stockroom, id, last };
  };

/** What is left when all has settled: what is held past its end is swept. */
const expectLeft =
  (available: number, state: string) =>
  async (cloud: TestCloud, { stockroom, id, last }: Ran): Promise<void> => {
    expect(last.status === 200 || last.status === 201).toBe(true);
    expect(last.json).toMatchObject({ state });
    await stockroom.holds();
    const key = { pk: { S: `P#${id}` }, sk: { S: "STOCK" } };
    const stock = { available: { N: String(available) }, reserved: { N: "0" } };
    await expect(cloud).toHaveItem(stockroom.app.resource("ProductsTable"), key, stock);
  };

const actions = (points: readonly CrashPoint[]): readonly string[] => points.map(({ aws }) => aws.split(" ")[0] ?? "");

const crash = (step: string, left: ReturnType<typeof expectLeft>, ...steps: readonly Step[]) =>
  everyCrashPoint(run(...steps), left, {
    functions: `products-local-${step}`,
    modes: ["before", "after"],
    settle: "2m",
  });

const inFullRuns = process.env["WARMSTART_FULL"] === "1" ? describe : describe.skip; // some forty runs

inFullRuns("whichever call it dies at", () => {
  test("a reserve that dies takes its units once, and the sweeper gives them back", async () => {
    const points = await crash("reserve", expectLeft(10, "HELD"), "reserve");
    expect(actions(points)).toContain("dynamodb:TransactWriteItems");
  }, 120_000);

  test("a commit that dies sells once", async () => {
    const points = await crash("commit", expectLeft(5, "COMMITTED"), "reserve", "commit");
    expect(actions(points)).toEqual(expect.arrayContaining(["dynamodb:GetItem", "dynamodb:TransactWriteItems"]));
  }, 240_000);

  test("a release that dies gives back once, what was held and what was sold", async () => {
    await crash("release", expectLeft(10, "RELEASED"), "reserve", "release");
    await crash("release", expectLeft(10, "RELEASED"), "reserve", "commit", "release");
  }, 240_000);

  test("a release of nothing that dies leaves its stone", async () => {
    const points = await crash("release", expectLeft(10, "RELEASED"), "release");
    expect(actions(points)).toContain("dynamodb:PutItem");
  }, 240_000);

  test("a sweeper that dies gives back what is overdue a minute later", async () => {
    const points = await crash("sweep", expectLeft(10, "HELD"), "reserve");
    // Four queries at once, a read and a transaction, in whatever order.
    expect(points.length).toBeGreaterThanOrEqual(10);
    expect(actions(points)).toContain("dynamodb:Query");
  }, 240_000);
});
