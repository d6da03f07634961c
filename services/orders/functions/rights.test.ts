// Users, products and orders in one cloud: a person's way through them, and roles that may do what the functions do, no more.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { type App, expectLeastPrivilege, openCloud } from "@warmstart/testing";
import { readFileSync } from "node:fs";
import { bearer, line, newKey, openStore, orderOf, type Store } from "../test/open-store.ts";

let users: App;
let s: Store;
beforeAll(async () => {
  const cloud = await openCloud();
  users = await cloud.deploy("services/users");
  s = await openStore(cloud, users);
});
afterAll(() => s.cloud.close());

test("somebody signs up, confirms, signs in, looks at their record, orders and pays", async () => {
  const lamp = await s.product(1, { category: "lamps" });
  const ann = await s.person();
  expect(await users.http.get("/v1/users/me", { headers: bearer(ann) })).toBeHttp(200, { email: ann.email });
  expect(await s.products.http.get("/v1/products?category=lamps")).toBeHttp(200, { data: [{ id: lamp }] });
  const { id } = await s.order(ann, lamp);
  const paid = await s.act(ann, id, "pay", { body: { paymentToken: "tok_ok" } });
  expect(paid).toBeHttp(200, { status: "PAID", userId: ann.id });
  expect(await s.stockOf(lamp)).toEqual({ available: 0, reserved: 0, onHand: 0 });
});

/** A request whose function cannot write its transaction is 503, and its key may be used again. */
const inAnOutage = async (name: string, send: () => Promise<{ readonly status: number }>): Promise<void> => {
  const match = { service: "dynamodb", action: "TransactWriteItems", function: `orders-local-${name}` };
  const effect = { kind: "error", code: "InternalServerError", status: 500 } as const;
  const { id } = await s.cloud.faults.add({ match, effect });
  expect((await send()).status).toBe(503);
  await s.cloud.faults.clear(id);
};

test("the lives of a few orders use every right", async () => {
  const [ann, staff] = [await s.person(), await s.person("staff")];
  const lamp = await s.product(20);
  const body = { paymentToken: "tok_ok" };
  const placing = newKey();
  await inAnOutage("createOrder", () => s.place(ann, orderOf([line(lamp)]), placing));
  const ids: string[] = [];
  for (let i = 0; i < 5; i++) ids.push((await s.order(ann, lamp)).id);
  const [sold = "", returned = "", dropped = "", lost = "", slow = ""] = ids;
  for (const id of [sold, returned]) {
    await inAnOutage("payOrder", () => s.act(ann, id, "pay", { body }));
    await s.act(ann, id, "pay", { body });
  }
  for (const [verb, name] of [
    ["ship", "shipOrder"],
    ["deliver", "deliverOrder"],
  ] as const) {
    await inAnOutage(name, () => s.act(staff, sold, verb));
    await s.act(staff, sold, verb);
  }
  await inAnOutage("cancelOrder", () => s.act(ann, dropped, "cancel"));
  await s.act(ann, dropped, "cancel");
  await s.act(staff, returned, "cancel");
  await s.products.http.post(`/internal/reservations/${lost}/release`, { sign: { service: "execute-api" } });
  await s.act(ann, lost, "pay", { body });
  await s.act(ann, slow, "pay", { body: { paymentToken: "tok_timeout_then_ok" } });
  for (const path of ["", `/${sold}`, `/${sold}/events`])
    await s.app.http.get(`/v1/orders${path}`, { headers: bearer(ann) });
  const headers = { ...bearer(ann), "if-match": '"v9"', "content-type": "application/merge-patch+json" };
  await s.app.http.patch(`/v1/orders/${sold}`, { headers, body: { note: "x" } });
  await s.cloud.clock.advance("3m");
  await s.cloud.idle();
  // It reads an order again only when a request overtakes it.
  await expectLeastPrivilege(s.app, { unused: ["RecoverOrdersRole dynamodb:GetItem"] });
});

test("no role may scan, or touch another service's table", () => {
  const template = readFileSync(
    new URL("../.serverless/cloudformation-template-update-stack.json", import.meta.url),
    "utf8",
  );
  const { Resources } = JSON.parse(template) as { Resources: Record<string, { Type: string; Properties: object }> }; // osls wrote it
  const roles = JSON.stringify(Object.values(Resources).filter(({ Type }) => Type === "AWS::IAM::Role"));
  expect(roles).not.toMatch(/dynamodb:Scan|dynamodb:\*|"Resource":"\*"|table\/products|table\/users/);
});

test("the routes of products are closed to people, to nobody's requests, and to roles that may not call them", async () => {
  const ann = await s.person("admin");
  const path = "/internal/reservations/ord_00000000000000000000000000/release";
  for (const headers of [{}, bearer(ann)]) expect((await s.products.http.post(path, { headers })).status).toBe(403);
  const { AWS_ACCESS_KEY_ID: accessKeyId = "", AWS_SECRET_ACCESS_KEY: secretAccessKey = "", AWS_SESSION_TOKEN: sessionToken = "" } = await s.app.env("createOrder"); // prettier-ignore
  const sign = { service: "execute-api", keys: { accessKeyId, secretAccessKey, sessionToken } };
  expect((await s.products.http.post(path, { sign })).status).toBe(403);
});
