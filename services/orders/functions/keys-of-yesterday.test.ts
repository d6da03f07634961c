// A key is kept for a day; the order that it made is kept for ever.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { signIn } from "@warmstart/testing";
import { line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";

let s: Store;
beforeAll(async () => {
  s = await openStore();
});
afterAll(() => s.cloud.close());

test("a key that is used again after a day meets its order as it is now, and another order is refused", async () => {
  const ann = await s.person();
  const lamp = await s.product(2);
  const key = newKey();
  const first = await s.place(ann, orderOf([line(lamp)]), key);
  await s.cloud.clock.advance("17m");
  await s.rest("25h");
  const later = { ...ann, ...(await signIn(s.cloud, s.users, ann)) };
  const again = await s.place(later, orderOf([line(lamp)]), key);
  expect(again).toBeHttp(200, { id: (first.json as { id: string }).id, status: "EXPIRED" }); // the API's schema
  expect(again.headers["idempotency-replayed"]).toBeUndefined();
  const next = newKey();
  await s.place(later, orderOf([line(lamp)]), next);
  await s.rest("25h");
  const last = { ...ann, ...(await signIn(s.cloud, s.users, ann)) };
  expect(await s.place(last, orderOf([line(lamp, 2)]), next)).toBeProblem(422, "idempotency-key-reused");
});
