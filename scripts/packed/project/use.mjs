// Plain JavaScript in a project that has never heard of TypeScript or of the workspace: every package does its work.
import { readFileSync } from "node:fs";
import { CreateBucketCommand, GetObjectCommand, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { clientEnvironment, createCloud } from "@warmstart/cloud";
import { sign } from "@warmstart/cloud/sigv4";
import { elfArchitecture } from "@warmstart/deploy/check-zip";
import { roles } from "@warmstart/deploy/roles";
import { zipEntries } from "@warmstart/deploy/zip";
import { created, errorTable, http } from "@warmstart/middleware";
import { httpEvent, invoke, openCloud } from "@warmstart/testing";
import { openApi } from "@warmstart/testing/openapi";
import * as v from "valibot";

const cloud = await createCloud({ port: 0 });
const { outputs } = await cloud.deploy({ folder: "hello" });
const answer = await fetch(`${outputs.HttpApiUrl}/hello/Ada`);

Object.assign(process.env, clientEnvironment(cloud.endpoint));
const s3 = new S3Client();
await s3.send(new CreateBucketCommand({ Bucket: "notes" }));
await s3.send(new PutObjectCommand({ Bucket: "notes", Key: "a", Body: "from outside" }));
const object = await s3.send(new GetObjectCommand({ Bucket: "notes", Key: "a" }));
const text = await object.Body.transformToString();
s3.destroy();
await cloud.close();

const { conflict } = errorTable({ "name-taken": 409 });
const handler = http({ body: v.strictObject({ name: v.string() }) }, ({ body }) => {
  if (body.name === "Eve") throw conflict("name-taken", "There is an Eve already");
  return created({ name: body.name }, "/people/1");
});
const post = (name) => invoke(handler, httpEvent("POST /people", { body: { name } }));
const [made, refused] = [await post("Ada"), await post("Eve")];

const test = await openCloud(); // without jest: in a process of its own
const app = await test.deploy("hello");
const { status } = await app.http.get("/hello/Grace");
const fired = await test.clock.advance("1d");
await test.close();

const source = {
  resolveVariable: async () => "local",
  resolveConfigurationProperty: async ([name]) =>
    ({ service: "hello", functions: { greet: { role: "GreetRole" } }, provider: "us-east-1" })[name],
};
const { Resources } = await roles({ greet: [] })(source);

const result = {
  deployed: await answer.json(),
  object: text,
  created: [made.status, made.json, made.headers.location],
  refused: [refused.status, refused.json.code],
  tested: status,
  fired: fired.length,
  roles: Object.keys(Resources),
  zip: zipEntries(readFileSync("hello/.serverless/greet.zip")).map(({ name }) => name),
  functions: [typeof sign, typeof openApi, typeof elfArchitecture],
};
process.stdout.write(JSON.stringify(result));
