const { roles, arn, within } = require("@warmstart/deploy/roles");

const products = [arn("ProductsTable")];

const may = (...actions) => [{ actions: actions.map((action) => `dynamodb:${action}`), resources: products }];
const query = (...indexes) => ({
  actions: ["dynamodb:Query"],
  resources: indexes.map((index) => within("ProductsTable", `/index/${index}`)),
});

const bucket = (prefix, ...actions) => ({
  actions: actions.map((action) => `s3:${action}`),
  resources: [within("ImportsBucket", `/${prefix}/*`)],
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
  // S3 checks the right of whoever signed the form, and the link.
  createImport: [...may("GetItem", "PutItem"), bucket("uploads", "PutObject")],
  getImport: [...may("GetItem"), bucket("results", "GetObject")],
  importProducts: [
    ...may("PutItem", "UpdateItem"),
    bucket("uploads", "GetObjectVersion"),
    // Without it S3 answers a missing object with 403, and "gone" would look like "denied".
    { actions: ["s3:ListBucket"], resources: [arn("ImportsBucket")] },
    bucket("parts", "GetObject", "PutObject"),
    bucket("results", "PutObject"),
    { actions: ["sqs:SendMessage"], resources: [arn("ImportsQueue")] },
  ],
  openApi: [],
});
