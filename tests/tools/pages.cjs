// Opens the pages for developers and operators in a real browser. Usage: node pages.cjs '{"store": URL, "payments": URL,
// "storeAdmin": URL, "paymentsAdmin": URL, "user": ID, "product": ID, "screenshots": FOLDER}' with TEST_CHROMIUM set.
//
// Each page has to work with nothing but the service that it came from: a request to anybody else is an error.
'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');
const { inBrowser } = require('./browser.cjs');

const { store, payments, storeAdmin, paymentsAdmin, user, product, screenshots } = JSON.parse(process.argv[2]);

/** A page that complains of what it asks of others and of what it fails at. */
async function visit(browser, url, locale = 'en-CA') {
  const context = await browser.newContext({ locale, viewport: { width: 1280, height: 800 } });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints = [];
  const home = new URL(url).origin;
  const asked = [];
  page.on('request', (request) => {
    asked.push(request.url());
    const inside = /^(data|blob):/.test(request.url()) || new URL(request.url()).origin === home;
    if (!inside) complaints.push(`it asks ${request.url()}`);
  });
  page.on('requestfailed', (request) => complaints.push(`${request.url()}: ${request.failure().errorText}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('favicon')) complaints.push(message.text());
  });
  const response = await page.goto(url);
  assert.equal(response.status(), 200, url);
  return { page, asked, complaints, close: () => context.close() };
}

async function shoot({ page }, name) {
  await page.screenshot({ path: path.join(screenshots, `${name}.png`) });
}

/** A line of the answer that GraphiQL shows. */
function line(page, text) {
  return page.locator('.result-window .CodeMirror-line', { hasText: text }).first();
}

/** Opens GraphiQL with a document and has it executed. */
async function run(browser, document) {
  const visitor = await visit(browser, `${store}/graphql?query=${encodeURIComponent(document)}`);
  const { page } = visitor;
  await page.locator('.graphiql-query-editor .CodeMirror-line', { hasText: document.slice(0, 12) }).first().waitFor();
  await page.getByRole('button', { name: /Execute query/ }).click();
  return visitor;
}

const pages = {
  /** GraphiQL runs a query that its address names, and knows the schema. */
  async graphiql(browser) {
    const visitor = await run(browser, '{ search(text: "") { nodes { name quantity } } }');
    const { page } = visitor;
    await line(page, '"quantity": ').waitFor();
    await page.getByRole('button', { name: 'Show Documentation Explorer' }).click();
    await page.locator('.graphiql-doc-explorer').getByText('Mutation').first().waitFor();
    await shoot(visitor, 'graphiql');
    return visitor;
  },

  /** The query that it opens with is answered at the first click. */
  async graphiql_sample(browser) {
    const visitor = await visit(browser, `${store}/graphql`);
    const { page } = visitor;
    await page.locator('.graphiql-query-editor .CodeMirror-line', { hasText: 'query Catalogue' }).first().waitFor();
    await page.getByRole('button', { name: /Execute query/ }).click();
    await line(page, '"amount": ').waitFor();
    assert.equal(await line(page, '"errors"').isVisible(), false);
    return visitor;
  },

  /** It hears of a change by the subscription. */
  async graphiql_subscription(browser) {
    const visitor = await run(browser, 'subscription { stockChanges { productId level } }');
    const { page } = visitor;
    // A change that comes before the socket is open is not heard: so again, until one is.
    const heard = line(page, '"level": ');
    for (let level = 1; level <= 30 && !(await heard.isVisible()); level += 1) {
      const data = { product_id: product, quantity: level };
      assert.equal((await page.request.post(`${store}/stocks`, { data })).status(), 201);
      await heard.waitFor({ timeout: 500 }).catch(() => {});
    }
    await heard.waitFor();
    await shoot(visitor, 'graphiql-subscription');
    return visitor;
  },

  /** The API's page lists the routes, and trying one out gets the service's answer. */
  async docs_of_store(browser) {
    return tryOut(await visit(browser, `${store}/docs/`), 'check_health', 'docs-store-manager');
  },

  async docs_of_payments(browser) {
    return tryOut(await visit(browser, `${payments}/docs/`), 'check_health', 'docs-payment-service');
  },

  /** The overview draws the sagas that run meanwhile, and says who answers. */
  async overview_of_store(browser) {
    const visitor = await visit(browser, `${storeAdmin}/overview`);
    const { page } = visitor;
    await page.getByText('● kafka answers').waitFor();
    // Rates are of some seconds: orders come until one shows.
    const ended = figure(page, 'Sagas').locator('dd').nth(1);
    const data = { user_id: user, items: [{ product_id: product, quantity: 1 }] };
    await until('a saga that ended', async () => {
      await page.request.post(`${store}/orders`, { data });
      return /[1-9]/.test((await ended.textContent({ timeout: 1000 }).catch(() => '')) ?? '');
    });
    const drawn = figure(page, 'Duration of a saga').locator('polyline').first();
    await until('a line', async () => ((await drawn.getAttribute('points')) ?? '').includes(' '));
    assert.match(await figure(page, 'Sagas').locator('svg').getAttribute('aria-label'), /^Sagas: started .+ended .+/);
    await shoot(visitor, 'overview-store-manager');
    return visitor;
  },

  /** The one of payment-service shows what that service tells, in French to whoever reads French. */
  async overview_of_payments(browser) {
    const visitor = await visit(browser, `${paymentsAdmin}/overview`, 'fr-CA');
    const { page } = visitor;
    await figure(page, 'Événements traités').waitFor();
    await page.getByText('● mysql répond').waitFor();
    assert.equal(await figure(page, 'Sagas ouvertes').isVisible(), false);
    await shoot(visitor, 'overview-payment-service');
    return visitor;
  },
};

function figure(page, title) {
  return page.locator('figure', { has: page.locator('figcaption').getByText(title, { exact: true }) });
}

async function until(what, holds) {
  const patience = Date.now() + 30_000;
  while (!(await holds())) {
    assert.ok(Date.now() < patience, `${what} was waited for in vain`);
    await new Promise((again) => setTimeout(again, 100));
  }
}

async function tryOut(visitor, operation, name) {
  const { page } = visitor;
  const block = page.locator(`[id$="${operation}"]`);
  await block.locator('.opblock-summary').click();
  await block.getByRole('button', { name: 'Execute' }).click();
  await block.locator('.live-responses-table .response-col_status', { hasText: '200' }).waitFor();
  await shoot(visitor, name);
  return visitor;
}

inBrowser(async (browser) => {
  try {
    for (const [name, open] of Object.entries(pages)) {
      console.log(name);
      const visitor = await open(browser);
      assert.deepEqual(visitor.complaints, [], visitor.asked.join('\n'));
      await visitor.close();
    }
  } catch (error) {
    for (const page of browser.contexts().flatMap((context) => context.pages())) await shoot({ page }, 'failed');
    throw error;
  }
});
