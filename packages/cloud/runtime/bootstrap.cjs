"use strict";
// One execution environment: loads a handler, then runs one invocation at a time, told what to do over IPC.
// Until it gets "configure" it is blank, so that the cloud can keep some in stock.
const date = require("./date.cjs");
const { freeze } = require("./freeze.cjs");
const guard = require("./guard.cjs");
const { enableCompileCache, flushCompileCache } = require("node:module");
const output = require("./output.cjs");
const { loadHandler, named } = require("./handler.cjs");

const send = process.send.bind(process);
let configuration;
let handler;
let current; // the invocation under way
let ready = false;

const toPayload = (error) => {
  try {
    if (
      error instanceof Error ||
      (typeof error === "object" && error !== null && "message" in error && "stack" in error)
    ) {
      return {
        errorType: String(error.name),
        errorMessage: String(error.message),
        trace: String(error.stack).split("\n"),
      };
    }
    return { errorType: typeof error, errorMessage: String(error), trace: [] };
  } catch {
    return { errorType: "handled", errorMessage: "The error could not be read", trace: [] };
  }
};

const report = (message, then) =>
  send(
    { ...message, out: output.written[1], err: output.written[2], rssBytes: process.memoryUsage.rss() },
    undefined,
    undefined,
    then,
  );

const die = (title, error, exitCode) => {
  output.printError(title, error);
  const type = current !== undefined ? "failed" : ready ? "broken" : "init-failed";
  const id = current?.id;
  current = undefined;
  report({ type, id, error: toPayload(error), fatal: true }, () => process.exit(exitCode));
};

const refuseStreaming = () => {
  throw named(
    "Runtime.StreamingNotSupported",
    "Response streaming is not supported by the embedded AWS; see SUPPORT.md",
  );
};

const configure = async (message) => {
  configuration = message;
  for (const name of Object.keys(process.env)) delete process.env[name];
  Object.assign(process.env, message.env);
  process.chdir(message.root);
  delete process.send; // libraries take its presence for a parent that they may talk to
  date.install();
  date.setNow(message.now, message.frozen);
  output.install();
  guard.guardModules(message.root);
  guard.guardNetwork(message.allowNet);
  if (message.watchBytes !== undefined) guard.watchMemory(message.watchBytes);
  globalThis.awslambda = { streamifyResponse: refuseStreaming, HttpResponseStream: { from: refuseStreaming } };
  process.on("uncaughtException", (error) => die("Uncaught Exception", error, 129));
  process.on("unhandledRejection", (reason) => {
    const error = named("Runtime.UnhandledPromiseRejection", String(reason));
    if (reason instanceof Error) error.reason = reason;
    die("Unhandled Promise Rejection", error, 128);
  });
  enableCompileCache(message.compiled);
  try {
    handler = await loadHandler(message.root, message.handler);
  } catch (error) {
    die("Uncaught Exception", error, 129);
    return;
  }
  ready = true;
  report({ type: "ready" });
};

const contextOf = ({ id, arn, clientContext }, deadline) => {
  const { env } = configuration;
  return {
    callbackWaitsForEmptyEventLoop: true,
    functionVersion: env.AWS_LAMBDA_FUNCTION_VERSION,
    functionName: env.AWS_LAMBDA_FUNCTION_NAME,
    memoryLimitInMB: env.AWS_LAMBDA_FUNCTION_MEMORY_SIZE,
    logGroupName: env.AWS_LAMBDA_LOG_GROUP_NAME,
    logStreamName: env.AWS_LAMBDA_LOG_STREAM_NAME,
    clientContext: clientContext === undefined ? undefined : JSON.parse(clientContext),
    identity: undefined,
    invokedFunctionArn: arn,
    awsRequestId: id,
    getRemainingTimeInMillis: () => Math.max(0, Math.floor(deadline - performance.now())),
  };
};

const stringify = (result) => {
  try {
    return JSON.stringify(result === undefined ? null : result) ?? "null";
  } catch (cause) {
    throw new Error("Unable to stringify response body", { cause });
  }
};

/** What stands between the answer and the next call. The process ends by a signal, so it never keeps its compiled code itself. */
const rest = () => {
  flushCompileCache();
  if (configuration.freeze) freeze();
};

const invoke = async (message) => {
  const deadline = performance.now() + message.timeoutMs;
  current = message;
  process.env._X_AMZN_TRACE_ID = message.traceId;
  output.setRequestId(message.id);
  date.setNow(message.now, message.frozen);
  let answer;
  try {
    const result = await handler(JSON.parse(message.payload), contextOf(message, deadline));
    answer = { type: "done", id: message.id, result: stringify(result) };
  } catch (error) {
    output.printError("Invoke Error", error);
    answer = { type: "failed", id: message.id, error: toPayload(error) };
  }
  if (current !== message) return;
  current = undefined;
  report(answer, rest);
};

guard.endWithParent();
process.on("message", (message) => {
  if (message.type === "configure") void configure(message);
  else if (message.type === "invoke") void invoke(message);
});
