// Becomes plain.test.mjs where it runs.
import { afterAll, expect, test } from "@jest/globals";
import { openCloud } from "@warmstart/testing";

const cloud = await openCloud();
const app = await cloud.deploy(".");
afterAll(() => cloud.close());

test("a test in plain JavaScript has the matchers too", async () => {
  expect(await app.http.get("/hello/Ada")).toBeHttp(200, { hello: "Ada" });
});
