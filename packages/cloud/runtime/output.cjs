"use strict";
// What the function prints. The cloud is told how many bytes each pipe got, so that it can wait for the last of them
// before it closes the log of an invocation.
const { writeSync } = require("node:fs");
const { format } = require("node:util");
const date = require("./date.cjs");

const written = { 1: 0, 2: 0 };
let requestId;

const writeAll = (fd, bytes) => {
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += writeSync(fd, bytes, offset);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1); // the pipe is full: the cloud reads it at once
    }
  }
  written[fd] += bytes.length;
};

/**
 * One event of the log, however many lines it has: NUL stands for a line break within it on the way to the cloud. All
 * events take one pipe, as on AWS, so they stay in their order.
 */
const writeEvent = (text) => writeAll(1, Buffer.from(`${text.replaceAll("\n", "\0")}\n`));

const line = (level, text) => `${new Date(date.now()).toISOString()}\t${requestId}\t${level}\t${text}`;

const LEVELS = { log: "INFO", info: "INFO", debug: "DEBUG", warn: "WARN", error: "ERROR" };

const patchConsole = () => {
  for (const [name, level] of Object.entries(LEVELS)) {
    console[name] = (...args) => writeEvent(line(level, format(...args)));
  }
  // oxlint-disable-next-line no-console -- the function's own console
  console.trace = (...args) => {
    const { stack } = new Error(format(...args));
    writeEvent(line("TRACE", stack.replace(/^Error/, "Trace")));
  };
};

/** process.stdout and process.stderr stay streams, made on first use as Node does; their `write` goes straight out. */
const patchStream = (name, fd) => {
  const descriptor = Object.getOwnPropertyDescriptor(process, name);
  let stream;
  Object.defineProperty(process, name, {
    configurable: true,
    enumerable: true,
    get: () => {
      if (stream === undefined) {
        stream = descriptor.get.call(process);
        stream.write = (chunk, encoding, callback) => {
          writeAll(fd, typeof chunk === "string" ? Buffer.from(chunk, encoding?.call ? "utf8" : encoding) : chunk);
          const done = typeof encoding === "function" ? encoding : callback;
          if (done !== undefined) process.nextTick(done);
          return true;
        };
      }
      return stream;
    },
  });
};

const install = () => {
  patchConsole();
  patchStream("stdout", 1);
  patchStream("stderr", 2);
};

/** The log line of an error that nobody caught, as AWS's runtime prints it. */
const printError = (title, error) => writeEvent(line("ERROR", `${title} \t${describe(error)}`));

const describe = (error) => {
  try {
    return JSON.stringify(error, (_key, value) =>
      value instanceof Error
        ? {
            errorType: value.name,
            errorMessage: value.message,
            ...Object.fromEntries(Object.entries(value)),
            stack: String(value.stack).split("\n"),
          }
        : value,
    );
  } catch {
    return String(error);
  }
};

module.exports = {
  install,
  printError,
  written,
  setRequestId: (id) => {
    requestId = id;
  },
};
