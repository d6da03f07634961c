// Writes what a function got into the table of records, without an SDK: a cold start is a few milliseconds.
"use strict";
const { createHash, createHmac, randomUUID } = require("node:crypto");
const { request } = require("node:http");

const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN, AWS_REGION, AWS_ENDPOINT_URL } = process.env;

const hmac = (key, text) => createHmac("sha256", key).update(text).digest();
const sha256 = (text) => createHash("sha256").update(text).digest("hex");

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
const signed = (host, target, body) => {
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, "");
  const headers = {
    "content-type": "application/x-amz-json-1.0",
    host,
    "x-amz-date": time,
    "x-amz-security-token": AWS_SESSION_TOKEN,
    "x-amz-target": `DynamoDB_20120810.${target}`,
  };
  const names = Object.keys(headers).toSorted();
  const canonical = [
    "POST",
    "/",
    "",
    ...names.map((name) => `${name}:${headers[name]}`),
    "",
    names.join(";"),
    sha256(body),
  ];
  const scope = `${time.slice(0, 8)}/${AWS_REGION}/dynamodb/aws4_request`;
  const text = ["AWS4-HMAC-SHA256", time, scope, sha256(canonical.join("\n"))].join("\n");
  const key = scope.split("/").reduce((last, part) => hmac(last, part), `AWS4${AWS_SECRET_ACCESS_KEY}`);
  const signature = createHmac("sha256", key).update(text).digest("hex");
  const credential = `Credential=${AWS_ACCESS_KEY_ID}/${scope}`;
  const authorization = `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names.join(";")}, Signature=${signature}`;
  return { ...headers, authorization };
};

const put = (item) =>
  new Promise((resolve, reject) => {
    const { hostname, port, host } = new URL(AWS_ENDPOINT_URL);
    const body = JSON.stringify({ TableName: process.env.RECORDS_TABLE, Item: item });
    const sent = request({ hostname, port, method: "POST", headers: signed(host, "PutItem", body) }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(Buffer.concat(chunks).toString())),
      );
    });
    sent.on("error", reject).end(body);
  });

exports.record = (what, event) =>
  put({ id: { S: randomUUID() }, what: { S: what }, event: { S: JSON.stringify(event) } });
