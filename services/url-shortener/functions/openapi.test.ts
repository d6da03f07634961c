import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readFileSync } from "node:fs";
import { openApi } from "../test/openapi.ts";
import { openShortener, type Shortener } from "../test/open-shortener.ts";

const read = (path: string) => JSON.parse(readFileSync(new URL(path, import.meta.url), "utf8"));

let s: Shortener;
beforeAll(async () => {
  s = await openShortener();
});
afterAll(() => s.cloud.close());

test("openapi.json is what the schemas give (npm run openapi writes it)", () => {
  expect(read("../openapi.json")).toEqual(JSON.parse(JSON.stringify(openApi())));
});

test("its routes are those of the compiled template, both ways", () => {
  const { Resources } = read("../.serverless/cloudformation-template-update-stack.json");
  const deployed = Object.values<{ Type: string; Properties: { RouteKey: string } }>(Resources)
    .filter(({ Type }) => Type === "AWS::ApiGatewayV2::Route")
    .map(({ Properties }) => Properties.RouteKey);
  const { paths } = read("../openapi.json");
  const documented = Object.entries<Record<string, unknown>>(paths).flatMap(([path, { servers, ...methods }]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${servers === undefined ? "" : "/m"}${path}`),
  );
  expect(documented.toSorted()).toEqual(deployed.toSorted());
});

test("it is served with a tag, and unchanged costs no body", async () => {
  const answer = await s.app.http.get("/openapi.json");
  expect(answer).toBeHttp(200, { openapi: "3.1.0" });
  expect(answer.headers["cache-control"]).toBe("max-age=300");
  const again = await s.app.http.get("/openapi.json", { headers: { "if-none-match": answer.headers["etag"] ?? "" } });
  expect([again.status, again.text]).toEqual([304, ""]);
});
