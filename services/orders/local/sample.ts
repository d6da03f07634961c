// The commands that `npm start` prints for this service: somebody orders, pays, and staff send it.
interface Deployed {
  readonly url: string;
}

const ADDRESS = '{"name":"You","line1":"Main Street 1","city":"Vienna","postalCode":"1010","country":"AT"}';

export const sample = ({ url }: Deployed): string =>
  [
    `TOKEN=$(npm run --silent sign-in -w services/users -- customer)`,
    `MUG=$(curl -s $(npx warmstart url products)/v1/products | grep -o 'prd_[0-9A-Z]*' | head -1)`,
    `ORDER=$(curl -s -H "authorization: Bearer $TOKEN" -H "idempotency-key: order-$RANDOM$RANDOM" -H 'content-type: application/json' -d '{"items":[{"productId":"'$MUG'","quantity":1}],"currency":"EUR","shippingAddress":${ADDRESS}}' ${url}/v1/orders | grep -o 'ord_[0-9A-Z]*' | head -1)`,
    `curl -H "authorization: Bearer $TOKEN" -H "idempotency-key: pay-$ORDER" -H 'content-type: application/json' -d '{"paymentToken":"tok_ok"}' ${url}/v1/orders/$ORDER/pay`,
    `STAFF=$(npm run --silent sign-in -w services/users -- staff)`,
    `curl -X POST -H "authorization: Bearer $STAFF" ${url}/v1/orders/$ORDER/ship`,
  ].join("\n");
