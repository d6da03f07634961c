"use strict";
// Finds and loads the handler named `path/file.export`, with the errors of AWS's Node runtime.
const { existsSync, readFileSync } = require("node:fs");
const { basename, dirname, join, sep } = require("node:path");
const { createRequire } = require("node:module");
const { pathToFileURL } = require("node:url");

const named = (name, message, stack) => {
  const error = new Error(message);
  error.name = name;
  error.stack = stack === undefined ? `${name}: ${message}` : `${name}: ${stack}`;
  return error;
};

const isModuleFolder = (folder, root) => {
  for (let at = folder; at.startsWith(root); at = dirname(at)) {
    const file = join(at, "package.json");
    if (existsSync(file)) return JSON.parse(readFileSync(file, "utf8")).type === "module";
  }
  return false;
};

const loadFile = async (path, root) => {
  const require = createRequire(join(root, "index.js"));
  if (existsSync(`${path}.js`)) {
    return isModuleFolder(dirname(path), root) ? import(pathToFileURL(`${path}.js`).href) : require(`${path}.js`);
  }
  if (existsSync(`${path}.mjs`)) return import(pathToFileURL(`${path}.mjs`).href);
  if (existsSync(`${path}.cjs`)) return require(`${path}.cjs`);
  throw Object.assign(new Error(`Cannot find module '${basename(path)}' in ${dirname(path)}`), {
    code: "MODULE_NOT_FOUND",
  });
};

const translate = (error) => {
  if (error instanceof SyntaxError) return named("Runtime.UserCodeSyntaxError", String(error), error.stack);
  if (error?.code === "MODULE_NOT_FOUND" || error?.code === "ERR_MODULE_NOT_FOUND") {
    return named("Runtime.ImportModuleError", String(error), error.stack);
  }
  return error;
};

// AWS's text, from memory, unverified.
const CALLBACKS_ARE_GONE =
  "AWS Lambda has removed support for callback-based function handlers starting with Node.js 24. You will need to modify " +
  "this function to use a supported handler signature to use Node.js 24 or later. For more information see " +
  "https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html.";

/** The handler function, or a throw of what AWS answers: Runtime.ImportModuleError, Runtime.HandlerNotFound… */
const loadHandler = async (root, name) => {
  const [, file, path] = /^([^.]+)\.(.+)$/.exec(basename(name)) ?? [];
  if (file === undefined || name.includes("..")) throw named("Runtime.MalformedHandlerName", "Bad handler");
  let exported;
  try {
    exported = await loadFile(join(root, dirname(name), file), root.endsWith(sep) ? root.slice(0, -1) : root);
  } catch (error) {
    throw translate(error);
  }
  const handler = path.split(".").reduce((value, key) => value?.[key], exported);
  if (handler === undefined) throw named("Runtime.HandlerNotFound", `${name} is undefined or not exported`);
  if (typeof handler !== "function") throw named("Runtime.HandlerNotFound", `${name} is not a function`);
  if (handler.length >= 3) throw named("Runtime.CallbackHandlerDeprecated", CALLBACKS_ARE_GONE);
  return handler;
};

module.exports = { loadHandler, named };
