// Many people want the last few at once.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { broken, statesOf } from "../test/invariants.ts";
import { line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";

const PEOPLE = 100;
const DUPLICATES = 3;
const STOCK = 10;

let s: Store;
beforeAll(async () => {
  s = await openStore();
});
afterAll(() => s.cloud.close());

test("of 100 people who send their order three times at once, ten get the ten", async () => {
  const lamp = await s.product(STOCK);
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => s.person()));
  const requests = people.flatMap((who) => {
    const key = newKey();
    return Array.from({ length: DUPLICATES }, () => s.place(who, orderOf([line(lamp)]), key));
  });
  const answers = await Promise.all(requests);
  const codes = answers.map(({ status, json }) => (json as { code?: string }).code ?? status); // a problem's or none
  for (const code of new Set(codes))
    expect([200, 201, 202, 503, "idempotency-in-progress", "insufficient-stock", "dependency-unavailable"]).toContain(
      code,
    );
  await s.cloud.clock.advance("6m");
  expect(await statesOf(s)).toEqual({ CONFIRMED: STOCK, REJECTED: PEOPLE - STOCK });
  expect(await s.stockOf(lamp)).toEqual({ available: 0, reserved: STOCK, onHand: STOCK });
  expect(await broken(s)).toEqual([]);
}, 60_000);
