"use strict";
const { gunzipSync } = require("node:zlib");
const { record } = require("./record.js");

/** `probe-local-uploaded` is `uploaded`. */
const nameOf = ({ functionName }) => functionName.split("-").at(-1);

exports.record = (event, context) => record(nameOf(context), event);

/** Fails the messages that say so, and no other. */
exports.job = async (event, context) => {
  await record(nameOf(context), event);
  const bad = event.Records.filter(({ body }) => body === "bad");
  return { batchItemFailures: bad.map(({ messageId }) => ({ itemIdentifier: messageId })) };
};

exports.answer = async (event, context) => {
  process.stdout.write(`${JSON.stringify({ probe: "seen" })}\n`); // console.log puts words before it
  await record(nameOf(context), event);
  return {
    statusCode: 200,
    body: JSON.stringify({
      code: 1,
      word: process.env.WORD,
      secret: process.env.SECRET,
      greeting: process.env.GREETING,
    }),
  };
};

exports.authorize = async (event) => ({ isAuthorized: event.headers["x-key"] === "open sesame" });

exports.attempt = async (event) => {
  if (event.fail) throw new Error("asked to fail");
  return { done: true };
};

exports.logged = (event, context) =>
  record(nameOf(context), JSON.parse(gunzipSync(Buffer.from(event.awslogs.data, "base64")).toString()));

/** A trigger hands its event back. */
exports.pass = async (event, context) => {
  await record(nameOf(context), event);
  return event;
};
