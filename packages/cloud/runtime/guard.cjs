"use strict";
// Against accidents, no sandbox: what would work here and fail on AWS, or reach further than this machine.
const { realpathSync } = require("node:fs");
const { registerHooks } = require("node:module");
const net = require("node:net");
const { sep } = require("node:path");
const { pathToFileURL } = require("node:url");

const BARE = /^(?![./]|[a-z]+:)/;

/** Packages outside the zip are not there on AWS, so the node_modules folders above the code are not either. */
const guardModules = (root) => {
  const inside = pathToFileURL(realpathSync(root) + sep).href;
  registerHooks({
    resolve: (specifier, context, next) => {
      const found = next(specifier, context);
      if (!BARE.test(specifier) || !found.url.startsWith("file:") || found.url.startsWith(inside)) return found;
      const required = context.conditions?.includes("require");
      const error = new Error(
        `Cannot find ${required ? "module" : "package"} '${specifier}' imported from ${context.parentURL} ` +
          "(it exists on this machine, but not in the function's zip)",
      );
      throw Object.assign(error, { code: required ? "MODULE_NOT_FOUND" : "ERR_MODULE_NOT_FOUND" });
    },
  });
};

const LOOPBACK = /^(localhost|.*\.localhost|127(\.\d{1,3}){3}|::1|\[::1\]|::ffff:127(\.\d{1,3}){3})$/i;

/** Refuses connections to other machines unless their host is in `allowed`. */
const guardNetwork = (allowed) => {
  const connect = net.Socket.prototype.connect;
  net.Socket.prototype.connect = function (...args) {
    const [options] = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
    const { host, path } = options;
    if (path || !host || LOOPBACK.test(host) || allowed.includes("*") || allowed.includes(host)) {
      return connect.apply(this, args);
    }
    const error = new Error(`connect ENETUNREACH ${host}:${options.port}, blocked by warmstart; --allow-net ${host}`);
    Object.assign(error, { code: "ENETUNREACH", syscall: "connect", address: host, port: options.port });
    process.nextTick(() => this.destroy(error));
    return this;
  };
};

/** The cloud is gone (or let go of us): end the whole process group, whatever the handler does. */
const endWithParent = () => {
  process.once("disconnect", () => {
    try {
      process.kill(-process.pid, "SIGKILL");
    } catch {
      process.exit(0);
    }
  });
};

/** Where the cloud cannot read our memory from /proc, a thread of ours watches it. */
const watchMemory = (limitBytes) => {
  const { Worker } = require("node:worker_threads");
  const source = `setInterval(() => {
    if (process.memoryUsage.rss() > ${Number(limitBytes)}) process.kill(process.pid, "SIGKILL");
  }, 25)`;
  new Worker(source, { eval: true, env: {} }).unref();
};

module.exports = { guardModules, guardNetwork, endWithParent, watchMemory };
