const { roles, arn, within } = require("@warmstart/deploy/roles");

const products = [arn("ProductsTable")];

const may = (...actions) => [{ actions: actions.map((action) => `dynamodb:${action}`), resources: products }];
const query = (...indexes) => ({
  actions: ["dynamodb:Query"],
  resources: indexes.map((index) => within("ProductsTable", `/index/${index}`)),
});

// A transaction needs the actions of its parts.
module.exports = roles({
  listProducts: [query("gsi1", "gsi2")],
  getProduct: may("GetItem"),
  listStaffProducts: [query("gsi1")],
  getStaffProduct: may("GetItem"),
  createProduct: may("GetItem", "PutItem"), // the records of Idempotency-Keys too
  replaceProduct: may("UpdateItem"),
  updateProduct: may("GetItem", "UpdateItem"),
  archiveProduct: may("UpdateItem", "ConditionCheckItem"),
  getStock: may("GetItem"),
  adjustStock: may("PutItem", "UpdateItem"),
  quote: may("BatchGetItem"),
  reserve: may("PutItem", "UpdateItem"),
  commit: may("GetItem", "UpdateItem"),
  release: may("GetItem", "PutItem", "UpdateItem"),
  sweep: [query("gsi1"), ...may("GetItem", "UpdateItem")],
  openApi: [],
});
