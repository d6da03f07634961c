export type { Cloud, CloudOptions } from "./api.ts";
export { createCloud } from "./cloud.ts";
export type { Deployment, DeployOptions } from "./admin/deploy.ts";
export type { CloudStatus, ServiceStatus } from "./admin/status.ts";
export type { RequestRecord } from "./gateway/request-log.ts";
export { clientEnvironment } from "./cli/env.ts";
export { type RunningCloud, startCloud } from "./cli/up.ts";
export { stateFolder } from "./cli/lock.ts";
export { runningEndpoint } from "./cli/client.ts";
