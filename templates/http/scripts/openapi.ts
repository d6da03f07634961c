// npm run openapi -w services/new-service: writes openapi.json from the routes' schemas. A test compares the two.
import { writeOpenApi } from "@warmstart/testing/openapi";
import { document } from "../test/openapi.ts";

writeOpenApi(new URL("../", import.meta.url), document);
