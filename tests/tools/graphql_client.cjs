// A supplier's and a student's client, made of the reference implementation: it knows nothing of the store but what
// introspection answers. node graphql_client.cjs BASE-URL SERVICE-URL SDL-FOLDER PRODUCT-ID
//
// Over BASE-URL (the gateway, where there is one) go queries and mutations, over SERVICE-URL the subscription.
'use strict';

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { buildClientSchema, buildSchema, getIntrospectionQuery, lexicographicSortSchema, parse, printSchema, validate } =
  require('graphql');
const { createClient } = require('graphql-ws');
const { serverAudits } = require('graphql-http');
const WebSocket = require('ws');

const [base, service, sdlFolder, productId] = process.argv.slice(2);
const TIME_LIMIT_MS = 30_000;

async function post(url, query, variables, accept = 'application/graphql-response+json') {
  const headers = { 'content-type': 'application/json', accept };
  const answer = await fetch(url, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
  return { status: answer.status, ...(await answer.json()) };
}

/// The schema as introspection tells it, which must be the one that is checked in.
async function introspected(url, file) {
  const { data, errors } = await post(url, getIntrospectionQuery());
  assert.equal(errors, undefined);
  const schema = buildClientSchema(data);
  const checkedIn = buildSchema(fs.readFileSync(path.join(sdlFolder, file), 'utf8'));
  assert.equal(printSchema(lexicographicSortSchema(schema)), printSchema(lexicographicSortSchema(checkedIn)));
  return schema;
}

/// Executes what the schema allows; a document that it does not is refused here and there.
function client(url, schema) {
  return async (query, variables) => {
    assert.deepEqual(validate(schema, parse(query)), []);
    const { status, data, errors } = await post(url, query, variables);
    assert.equal(errors, undefined, JSON.stringify(errors));
    assert.equal(status, 200);
    return data;
  };
}

async function refusals(url, schema) {
  const wrong = '{ product(id: "1") { colour } }';
  assert.notDeepEqual(validate(schema, parse(wrong)), []);
  const refused = await post(url, wrong);
  assert.equal(refused.status, 400);
  assert.equal(refused.errors[0].extensions.code, 'invalid-graphql');
  assert.equal((await post(url, wrong, undefined, 'application/json')).status, 200);
}

async function suppliers(url) {
  const schema = await introspected(url, 'suppliers.graphql');
  const execute = client(url, schema);
  const asked =
    'query($id: ID!) { product(id: $id) { id sku price { amount currency } quantity movements(first: 1) { nodes { kind version movedAt } } } }';
  // Levels are read from Redis, which hears of a product and then of its level a moment after MySQL.
  let product;
  do ({ product } = await execute(asked, { id: productId })); while (product.quantity === 0);
  assert.equal(product.id, productId);
  assert.match(product.price.amount, /^\d+\.\d\d$/);
  const { productBySku } = await execute('query($sku: String!) { productBySku(sku: $sku) { id } }', { sku: product.sku });
  assert.equal(productBySku.id, productId);
  const { search } = await execute('{ search(text: "", first: 1) { edges { cursor node { id } } pageInfo { endCursor } } }');
  assert.equal(search.edges[0].cursor, search.pageInfo.endCursor);
  await refusals(url, schema);
  await replenished(execute, product);
}

/// An announcement, and the change that everyone who follows the product is told.
async function replenished(execute, product) {
  const socket = createClient({ url: `${service.replace('http', 'ws')}/graphql/ws`, webSocketImpl: WebSocket, retryAttempts: 0 });
  const changes = socket.iterate({
    query: 'subscription($ids: [ID!]) { stockChanges(productIds: $ids) { productId level version } }',
    variables: { ids: [product.id] },
  });
  const change = changes.next();
  await new Promise((resolve, reject) => {
    socket.on('connected', resolve);
    change.catch(reject);
  });
  // The subscription is begun behind this on the same socket, so it is there when the answer is.
  for await (const _ of socket.iterate({ query: '{ __typename }' })) break;
  const announce = 'mutation($input: ReplenishmentInput!) { announceReplenishment(input: $input) { productId level version } }';
  const input = { productId: product.id, quantity: 40, supplier: 'Reference & Sons', idempotencyKey: `reference-${Date.now()}` };
  const { announceReplenishment: done } = await execute(announce, { input });
  assert.equal(done.level, product.quantity + 40);
  assert.deepEqual((await execute(announce, { input })).announceReplenishment, done);
  let told = (await change).value;
  // The level that the product began with may be told only now.
  while (told.data?.stockChanges.version < done.version) told = (await changes.next()).value;
  assert.equal(told.errors, undefined, JSON.stringify(told.errors));
  assert.deepEqual(told.data.stockChanges, done);
  await changes.return();
  await socket.dispose();
}

async function course(url) {
  const schema = await introspected(url, 'course.graphql');
  const execute = client(url, schema);
  const data = await execute(
    'query($id: String!) { product(id: $id) { id name sku price quantity } stockLevel(productId: $id) }',
    { id: productId },
  );
  assert.equal(data.product.id, Number(productId));
  assert.equal(data.stockLevel, data.product.quantity);
  const unknown = await execute('{ product(id: "nobody") { id } stockLevel(productId: "nobody") }');
  assert.deepEqual(unknown, { product: null, stockLevel: 0 });
}

/// The GraphQL-over-HTTP specification, audited by its own authors' tool.
async function audits(url) {
  const outcomes = await Promise.all(serverAudits({ url, fetchFn: fetch }).map((audit) => audit.fn()));
  const told = outcomes.filter((outcome) => outcome.status !== 'ok');
  for (const outcome of told) console.log(`${outcome.status}: ${outcome.name}: ${outcome.reason}`);
  assert.deepEqual(outcomes.filter((outcome) => outcome.status === 'error').map((outcome) => outcome.name), []);
}

async function main() {
  await suppliers(`${base}/graphql`);
  await course(`${base}/stocks/graphql-query`);
  await audits(`${service}/graphql`);
  console.log('the reference client found all that it asked for');
}

setTimeout(() => {
  console.error(`not done after ${TIME_LIMIT_MS} ms`);
  process.exit(1);
}, TIME_LIMIT_MS).unref();
main().catch((error) => {
  console.error(error);
  process.exit(1);
});
