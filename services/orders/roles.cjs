const { roles, arn, within } = require("@warmstart/deploy/roles");

const orders = [arn("OrdersTable")];

const may = (...actions) => ({ actions: actions.map((action) => `dynamodb:${action}`), resources: orders });
const query = (index) => ({ actions: ["dynamodb:Query"], resources: [within("OrdersTable", `/index/${index}`)] });

// A transaction needs the actions of its parts. DeleteItem: records of Idempotency-Keys whose requests may come again.
module.exports = roles(({ stage }) => {
  const ApiId = { "Fn::ImportValue": `products-${stage}-ApiId` };
  const call = (...routes) => ({
    actions: ["execute-api:Invoke"],
    resources: routes.map((route) => ({
      "Fn::Sub": [
        `arn:\${AWS::Partition}:execute-api:\${AWS::Region}:\${AWS::AccountId}:\${ApiId}/$default/${route}`,
        { ApiId },
      ],
    })),
  });
  const quote = "POST/internal/quotes";
  const reserve = "PUT/internal/reservations/*";
  const commit = "POST/internal/reservations/*/commit";
  const release = "POST/internal/reservations/*/release";
  return {
    createOrder: [may("GetItem", "PutItem", "UpdateItem", "DeleteItem"), query("gsi1"), call(quote, reserve)],
    listOrders: [query("gsi1")],
    getOrder: [may("GetItem")],
    listEvents: [may("GetItem", "Query")],
    updateOrder: [may("UpdateItem")],
    payOrder: [may("GetItem", "PutItem", "UpdateItem", "DeleteItem"), call(commit)],
    cancelOrder: [may("GetItem", "PutItem", "UpdateItem", "DeleteItem"), call(release)],
    shipOrder: [may("GetItem", "PutItem", "DeleteItem")],
    deliverOrder: [may("GetItem", "PutItem", "DeleteItem")],
    recoverOrders: [query("gsi2"), may("GetItem", "PutItem", "UpdateItem"), call(reserve, commit, release)],
    openApi: [],
  };
});
