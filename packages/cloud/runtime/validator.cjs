// AWS's own template rules in a process of their own: the engine takes 1.8 s and 475 MB once, so it ends after 30 s
// without a question, and with the process that asked.
"use strict";

const IDLE_MS = 30_000;
let engine;
let timer;

const isBad = ({ severity }) => severity === "ERROR" || severity === "FATAL";

process.on("message", ({ id, template }) => {
  clearTimeout(timer);
  const { RegoEngine } = require("@aws/cloudformation-validate");
  engine ??= new RegoEngine();
  const file = { path: "template.json", readBytes: () => Buffer.from(template) };
  const findings = engine
    .validateStandard(file)
    .diagnostics.filter(isBad)
    .map(({ ruleId, message, entity, propertyPath }) => ({
      rule: ruleId,
      resource: entity?.logicalId ?? "",
      property: propertyPath ?? "",
      message,
    }));
  process.send({ id, findings });
  timer = setTimeout(() => process.exit(0), IDLE_MS);
});
process.on("disconnect", () => process.exit(0));
