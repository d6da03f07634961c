import { stream } from "@warmstart/middleware";
import * as v from "valibot";

export const handler = stream({ image: v.strictObject({ pk: v.string(), uses: v.number() }) }, (input) => {
  input.log.info("changed", { uses: input.new?.uses });
});
