// Preloaded into osls: a function that runs in it reads the time at which events happen, as the cloud has it.
const { install, setNow } = require("../../packages/cloud/runtime/date.cjs");

install();
setNow(Number(process.env.WARMSTART_EVENT_TIME), true);
