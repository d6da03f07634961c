// Orders with people, and products that a test may let answer what it likes.
import {
  type App,
  newUser,
  openCloud,
  openUserPool,
  type TestCloud,
  type TestUser,
  type UserPool,
} from "@warmstart/testing";
import "@warmstart/testing/matchers";
import { fakeProducts, type FakeProducts, obliging } from "./fake-products.ts";

export interface Orders {
  readonly cloud: TestCloud;
  readonly users: UserPool;
  readonly app: App;
  readonly products: FakeProducts;
  readonly person: (group?: "staff" | "admin") => Promise<TestUser>;
  readonly close: () => Promise<void>;
}

export const openOrders = async (): Promise<Orders> => {
  const cloud = await openCloud();
  const products = await fakeProducts();
  products.answer = obliging;
  const users = await openUserPool(cloud, "users-local");
  const imports = { ...users.imports, "products-local-ApiUrl": products.url, "products-local-ApiId": "products" };
  const app = await cloud.deploy("services/orders", { imports });
  return {
    cloud,
    users,
    app,
    products,
    person: (group) => newUser(cloud, users, group === undefined ? {} : { group }),
    async close() {
      await cloud.close();
      await products.close();
    },
  };
};
