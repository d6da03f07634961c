// npm run providers [-- --port 4567]: the recorded providers in a terminal, for functions that run without `npm start`.
// Its time is the running cloud's, or else this machine's.
import { parseArgs } from "node:util";
import { clockOf } from "./cloud-clock.ts";
import { startProviderServer } from "./provider-server.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "4567" } } });
const endpoint = process.env["AWS_ENDPOINT_URL"] ?? `http://127.0.0.1:${process.env["WARMSTART_PORT"] ?? "4566"}`;
const { url } = await startProviderServer({ port: Number(values.port), now: clockOf(endpoint) });
process.stdout.write(`MET, NWS and Open-Meteo answer at ${url}; GET ${url}/_log shows what was asked. Ctrl-C stops.\n`);
