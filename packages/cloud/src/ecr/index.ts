// ECR without any repository: functions come as zips here. `sls remove` asks whether there is one to remove.
import * as v from "valibot";
import { honouring } from "../gateway/action.ts";
import { AwsError } from "../gateway/aws-error.ts";
import { ACCOUNT, type Service } from "../gateway/service.ts";
import { jsonProtocol } from "../protocols/json.ts";

const describeRepositories = honouring("InvalidParameterException")(
  { repositoryNames: v.optional(v.array(v.string())), registryId: v.optional(v.string()) },
  ({ repositoryNames, registryId = ACCOUNT }) => {
    const name = repositoryNames?.[0];
    if (name === undefined) return { repositories: [] };
    const message = `The repository with name '${name}' does not exist in the registry with id '${registryId}'`;
    throw new AwsError("RepositoryNotFoundException", 400, message);
  },
);

export const createEcr = (): { readonly service: Service } => ({
  service: {
    name: "ecr",
    protocol: jsonProtocol({ version: "1.1", prefix: "AmazonEC2ContainerRegistry_V20150921" }),
    actions: { DescribeRepositories: describeRepositories },
    needs: ({ action }) => [{ action: `ecr:${action}`, resource: "*" }],
    types: {},
  },
});
