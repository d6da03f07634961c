// A cloud in a process of its own, to be killed: `node killed-cloud.test.fixture.ts <folder>` prints its endpoint.
import { createCloud } from "../cloud.ts";

const cloud = await createCloud({ port: 0, folder: process.argv[2] ?? "", apiPorts: { from: 0, to: 0 } });
process.stdout.write(`${cloud.endpoint}\n`);
