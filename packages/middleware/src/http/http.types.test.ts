import { expect, test } from "@jest/globals";
import * as v from "valibot";
import { errorTable } from "../errors/makers.ts";
import type { Caller, SignedInCaller } from "./caller.ts";
import { same } from "../schema/same.test.fixture.ts";
import { http } from "./http.ts";
import { noContent } from "./replies.ts";

const NewLink = v.strictObject({ url: v.string(), slug: v.optional(v.string()) });
const Paging = v.strictObject({ limit: v.optional(v.pipe(v.string(), v.transform(Number))) });
const ById = v.strictObject({ code: v.pipe(v.string(), v.brand("Code")) });

test("types come from the schemas", () => {
  const handlers = [
    http({ body: NewLink, query: Paging, path: ById }, ({ body, query, path, headers, caller, plan }) => {
      same<typeof body, { url: string; slug?: string | undefined }>(true);
      same<typeof query, { limit?: number | undefined }>(true);
      same<typeof path, { code: string & v.Brand<"Code"> }>(true);
      same<typeof headers, Readonly<Record<string, string>>>(true);
      same<typeof caller, Caller>(true);
      same<typeof plan, undefined>(true);
      return noContent();
    }),
    http({}, ({ body, path }) => {
      same<typeof body, undefined>(true);
      same<typeof path, Readonly<Record<string, string | undefined>>>(true);
      return noContent();
    }),
    http({ query: "any" }, ({ query }) => {
      same<typeof query, Readonly<Record<string, string>>>(true);
      return noContent();
    }),
    http({ scopes: ["links:read"] }, ({ caller }) => {
      same<typeof caller, SignedInCaller>(true);
      return noContent();
    }),
    http({ body: NewLink, group: "staff", plan: async ({ body }) => ({ slug: body.slug ?? "random" }) }, ({ plan }) => {
      same<typeof plan, { slug: string }>(true);
      return noContent();
    }),
  ];
  expect(handlers).toHaveLength(5);
});

test("a maker takes only the codes of its status", () => {
  const { conflict, gone, fail } = errorTable({ "slug-taken": 409, "link-expired": 410 });
  expect(conflict("slug-taken", "x").status).toBe(409);
  expect(fail("not-found", "x").status).toBe(404);
  // @ts-expect-error a 409 code is no 410
  expect(gone("slug-taken", "x").status).toBe(409);
  // @ts-expect-error no such code
  expect(() => conflict("slug-free", "x")).toBeInstanceOf(Function);
});
