// The orders of which the events in events/orders speak, and a service products that obliges, in a cloud of their own.
import type { EventGround, TestCloud } from "@warmstart/testing";
import { CONFIRMED, DECLINED, IMPORTS, PAID, SHIPPED, SLOW } from "./events.ts";
import { fakeProducts, obliging } from "./fake-products.ts";
import { anOrder, storeOf } from "./put-order.ts";

export const seedEvents = async (cloud: TestCloud): Promise<EventGround> => {
  const products = await fakeProducts();
  products.answer = obliging;
  const imports = { ...IMPORTS, "products-local-ApiUrl": products.url };
  const app = await cloud.deploy("services/orders", { only: "resources", imports });
  Object.assign(process.env, cloud.env);
  const store = storeOf({ cloud, app });
  for (const id of [CONFIRMED, DECLINED, SLOW]) await store.add(anOrder("bob", "CONFIRMED", { id }));
  await store.add(anOrder("bob", "PAID", { id: PAID, payment: { attempt: 2 } }));
  await store.add(anOrder("bob", "SHIPPED", { id: SHIPPED }));
  return { cloud, app, imports, close: () => products.close() };
};
