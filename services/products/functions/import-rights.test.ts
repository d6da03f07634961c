// What the roles of imports may do is what their functions do: no right too many, none too few.
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { expectLeastPrivilege, s3Event, sqsEvent } from "@warmstart/testing";
import { goodRow, HEADER } from "../test/import-file.ts";
import { openImports, slowRow, type ImportShop } from "../test/open-imports.ts";

const ROLES = ["CreateImportRole", "GetImportRole", "ImportProductsRole"];

let s: ImportShop;
beforeAll(async () => {
  s = await openImports();
});
afterAll(() => s.cloud.close());

test("an import in more than one run, its result, the same form again, and a file that is gone use every right", async () => {
  await s.setTimeLimit(2);
  await s.cloud.faults.add(slowRow);
  const rows = Array.from({ length: 100 }, (_, n) => goodRow(n));
  const id = await s.sent([HEADER, ...rows].join("\n"));
  expect(await s.cloud.idle()).toHaveNoDeadLetters();
  expect(await s.result(id)).toHaveLength(101);
  const headers = { ...(await s.staffNow()), "idempotency-key": "an-import-of-march" };
  for (let time = 0; time < 2; time++) {
    expect(await s.app.http.post("/v1/product-imports", { headers })).toBeHttp(201);
  }
  const { fields } = await s.newImport();
  const gone = s3Event({
    bucket: s.app.outputs["ImportsBucketName"] ?? "",
    key: fields["key"] ?? "",
    versionId: "3sL4kqtJlcpXroDTDmJ.rmSpXd3dIbrH",
  });
  expect(await s.deliver(sqsEvent([gone]))).toBe(true);
  const rights = async () => (await s.app.rights()).filter(({ role }) => ROLES.includes(role));
  expect(await rights()).toHaveLength(ROLES.length);
  await expectLeastPrivilege({ ...s.app, rights });
});
