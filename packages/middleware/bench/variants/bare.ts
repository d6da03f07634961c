import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

export const handler = async (event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> => {
  const { name } = JSON.parse(event.body ?? "") as { name: string };
  return { statusCode: 200, headers: { "content-type": "application/json" }, body: JSON.stringify({ hello: name }) };
};
