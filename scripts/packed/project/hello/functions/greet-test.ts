// Becomes greet.test.ts where it runs; here jest would take it for a test of this repository.
import { afterAll, expect, test } from "@jest/globals";
import { httpEvent, invoke, openCloud } from "@warmstart/testing";
import { handler } from "./greet.ts";

const cloud = await openCloud();
const app = await cloud.deploy(".");
afterAll(() => cloud.close());

test("the deployed function greets", async () => {
  expect(await app.http.get("/hello/Ada")).toBeHttp(200, { hello: "Ada" });
  expect(await cloud.idle()).toHaveNoDeadLetters();
});

test("so does the handler in this process", async () => {
  const answer = await invoke(handler, httpEvent("GET /hello/Ada", { route: "GET /hello/{name}" }));
  expect(answer).toBeHttp(200, { hello: "Ada" });
  expect(answer).toHaveLogged({ message: "greeted", name: "Ada" });
});
