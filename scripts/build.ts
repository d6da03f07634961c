// npm run build: the packages and the zips of every service.
import { packageServices } from "./package-services.ts";
import { services } from "./repository.ts";

process.exitCode = (await packageServices(services(), true)).status;
