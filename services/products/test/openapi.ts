// What the OpenAPI document says of this service; scripts/openapi.ts writes it.
import { openApi, pageOf } from "@warmstart/testing/openapi";
import * as v from "valibot";
import { codes } from "../src/errors.ts";
import { ImportForm, ImportPath, ImportView, NewImportQuery } from "../src/import.ts";
import * as products from "../src/product-schemas.ts";
import * as stock from "../src/stock-schemas.ts";

const { NewProduct, ProductReplacement, ProductPatch, ProductView, ProductSummary, ProductPath } = products;
const { NewAdjustment, AdjustmentView, StockView, QuoteRequest, Quote, NewReservation, ReservationView } = stock;
const ProductPage = pageOf(ProductSummary);

const product = { description: "The product", body: ProductView, headers: ["ETag"] };
const page = { description: "One page", body: ProductPage, headers: ["Link"] };
const reservation = { description: "The reservation", body: ReservationView };
const staff = { security: "users", group: "staff" } as const;
const order = { security: "iam", path: stock.ReservationPath } as const;

export const document = openApi({
  title: "products",
  description: "Products, their stock, and its reservation by orders.",
  codes,
  schemas: {
    Money: products.Money,
    NewProduct,
    ProductReplacement,
    ProductPatch,
    Product: ProductView,
    ProductSummary,
    ProductPage,
    Stock: StockView,
    NewAdjustment,
    Adjustment: AdjustmentView,
    QuoteRequest,
    Quote,
    NewReservation,
    Reservation: ReservationView,
    Shortage: stock.Shortage,
    ImportForm,
    Import: ImportView,
  },
  problemMembers: { "insufficient-stock": v.object({ shortages: v.array(stock.Shortage) }) },
  routes: {
    "GET /v1/products": {
      id: "listProducts",
      summary: "What is for sale, newest first, or one category by price",
      query: products.ListQuery,
      answers: { 200: page },
      problems: ["invalid-cursor"],
    },
    "GET /v1/products/{id}": {
      id: "getProduct",
      summary: "One product that is for sale",
      path: ProductPath,
      answers: { 200: product },
      problems: ["not-found"],
    },
    "GET /v1/staff/products": {
      id: "listStaffProducts",
      summary: "Products of all states or of one, newest first",
      ...staff,
      query: products.StaffListQuery,
      answers: { 200: page },
      problems: ["invalid-cursor"],
    },
    "GET /v1/staff/products/{id}": {
      id: "getStaffProduct",
      summary: "One product, whatever its state",
      ...staff,
      path: ProductPath,
      answers: { 200: product },
      problems: ["not-found"],
    },
    "POST /v1/products": {
      id: "createProduct",
      summary: "Creates a product without units",
      ...staff,
      body: NewProduct,
      idempotencyKey: "optional",
      answers: { 201: { ...product, headers: ["ETag", "Location"] } },
      problems: ["sku-taken"],
    },
    "PUT /v1/products/{id}": {
      id: "replaceProduct",
      summary: "Writes all of a product but its SKU",
      ...staff,
      path: ProductPath,
      body: ProductReplacement,
      ifMatch: "required",
      answers: { 200: product },
      problems: ["not-found"],
    },
    "PATCH /v1/products/{id}": {
      id: "updateProduct",
      summary: "Changes a product; null removes",
      ...staff,
      path: ProductPath,
      body: ProductPatch,
      ifMatch: "required",
      answers: { 200: product },
      problems: ["not-found"],
    },
    "DELETE /v1/products/{id}": {
      id: "archiveProduct",
      summary: "Takes a product out of the shop; a change of its status brings it back",
      ...staff,
      path: ProductPath,
      ifMatch: "required",
      answers: { 204: { description: "Archived" } },
      problems: ["not-found", "invalid-state"],
    },
    "GET /v1/products/{id}/stock": {
      id: "getStock",
      summary: "Units that can be sold, and units that orders hold",
      ...staff,
      path: ProductPath,
      answers: { 200: { description: "The stock", body: StockView } },
      problems: ["not-found"],
    },
    "POST /v1/products/{id}/stock-adjustments": {
      id: "adjustStock",
      summary: "Adds or removes units",
      ...staff,
      path: ProductPath,
      body: NewAdjustment,
      idempotencyKey: "required",
      answers: { 200: { description: "The adjustment", body: AdjustmentView } },
      problems: ["not-found", "insufficient-stock"],
    },
    "POST /v1/product-imports": {
      id: "createImport",
      summary: "A form to send a CSV file of products with, up to 200 MB; its rows become products that are for sale",
      ...staff,
      query: NewImportQuery,
      idempotencyKey: "optional",
      answers: { 201: { description: "The form, good for 15 minutes", body: ImportForm, headers: ["Location"] } },
    },
    "GET /v1/product-imports/{id}": {
      id: "getImport",
      summary: "How far an import is, and at its end a link to what has become of each line",
      ...staff,
      path: ImportPath,
      answers: { 200: { description: "The import", body: ImportView } },
      problems: ["not-found"],
    },
    "POST /internal/quotes": {
      id: "quote",
      summary: "Names and prices of products, each once",
      security: "iam",
      body: QuoteRequest,
      answers: { 200: { description: "The quote", body: Quote } },
    },
    "PUT /internal/reservations/{orderId}": {
      id: "reserve",
      summary: "Holds the units of an order; the same content again is the same reservation",
      ...order,
      body: NewReservation,
      answers: { 201: reservation, 200: reservation },
      problems: ["insufficient-stock", "invalid-state"],
    },
    "POST /internal/reservations/{orderId}/commit": {
      id: "commit",
      summary: "The units are sold",
      ...order,
      answers: { 200: reservation },
      problems: ["not-found", "invalid-state"],
    },
    "POST /internal/reservations/{orderId}/release": {
      id: "release",
      summary: "Gives the units back, sold ones too; without a reservation, keeps out the one that comes late",
      ...order,
      answers: { 200: reservation },
    },
  },
});
