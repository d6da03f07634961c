export { inDeployOrder } from "./deploy-order.ts";
export { dev } from "./dev.ts";
export { createLocalPeers, type LocalPeers, type LocalSettings } from "./local-peers.ts";
export { type Packaged, packageServices, packagingErrors } from "./packaging.ts";
export type { Project } from "./project.ts";
export { type Service, serviceAt } from "./service.ts";
