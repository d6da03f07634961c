import { http, noContent } from "@warmstart/middleware";

export const handler = http({}, () => noContent());
