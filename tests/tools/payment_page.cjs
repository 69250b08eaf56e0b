// Pays in a real browser. Usage: node payment_page.cjs '{"links": {...}, "screenshots": FOLDER}' with TEST_CHROMIUM set.
//
// Each link is that of an order of its own; what the store must know of it afterwards is for the caller to check.
// JavaScript is off throughout, and whatever the page loads besides itself is an error.
'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');
const { inBrowser } = require('./browser.cjs');

const { links, screenshots } = JSON.parse(process.argv[2]);
const GOOD = '4242 4242 4242 4242';
const EMPTY = '4000 0000 0000 9995';
const MISTYPED = '4242 4242 4242 4241';
const DESKTOP = { width: 1280, height: 800 };
const PHONE = { width: 390, height: 844 };

const TEXTS = {
  'en-CA': {
    number: 'Card number', expiry: 'Expiry date', code: 'Security code', pay: /^Pay CAD\s1,999\.99$/,
    paid: 'Paid', declined: 'Card declined', funds: 'insufficient funds', invalid: 'check digit is wrong',
    amount: 'CAD\u00a01,999.99', unknown: 'no such payment',
  },
  'fr-CA': {
    number: 'Numéro de carte', expiry: 'Date d’expiration', code: 'Code de sécurité', pay: /^Payer 1\s999,99\sCAD$/,
    paid: 'Payé', declined: 'Carte refusée', funds: 'solde insuffisant', invalid: 'chiffre de contrôle est faux',
    amount: '1\u202f999,99\u00a0CAD', unknown: 'n’existe pas',
  },
};

/** A page without JavaScript in a language, which complains of whatever it loads or refuses to apply. */
async function visit(browser, locale, link, viewport = DESKTOP) {
  const context = await browser.newContext({ locale, viewport, javaScriptEnabled: false });
  const page = await context.newPage();
  page.setDefaultTimeout(60_000);
  const complaints = [];
  page.on('request', (request) => {
    const loads = request.resourceType() !== 'document' && !request.url().endsWith('/favicon.ico');
    if (loads) complaints.push(`it loads ${request.url()}`);
  });
  page.on('console', (message) => {
    const expected = message.text().includes('the server responded with a status of');
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  const response = await page.goto(link);
  return { page, response, texts: TEXTS[locale], locale, complaints, close: () => context.close() };
}

async function fill({ page, texts }, number) {
  await page.getByLabel(texts.number).fill(number);
  await page.getByLabel(texts.expiry).fill('12/99');
  await page.getByLabel(texts.code).fill('123');
}

/** Presses the button and gives the status of the page that answers. */
async function submit({ page, texts }) {
  const [response] = await Promise.all([
    page.waitForResponse((answer) => answer.request().method() === 'POST'),
    page.getByRole('button', { name: texts.pay }).click(),
  ]);
  await page.waitForLoadState('load');
  return response.status();
}

async function shoot({ page, locale }, name) {
  const width = page.viewportSize().width;
  await page.screenshot({ path: path.join(screenshots, `${name}-${locale}-${width}.png`), fullPage: true });
  const { scrolls, shown } = await page.evaluate(() => ({
    scrolls: document.documentElement.scrollWidth,
    shown: document.documentElement.clientWidth,
  }));
  assert.ok(scrolls <= shown, `${name} is ${scrolls} px wide on a screen of ${shown}`);
}

async function heading({ page }) {
  return (await page.getByRole('heading', { level: 1 }).textContent()).trim();
}

const scenarios = {
  /** Opens, looks, pays; and whoever opens the link again sees that it is paid. */
  async paid(browser, link, locale) {
    const visitor = await visit(browser, locale, link, locale === 'en-CA' ? DESKTOP : PHONE);
    const { page, response, texts } = visitor;
    assert.equal(response.status(), 200);
    assert.equal(await page.locator('html').getAttribute('lang'), locale.slice(0, 2));
    const policy = response.headers()['content-security-policy'];
    assert.match(policy, /default-src 'none'.*frame-ancestors 'none'/);
    assert.equal(response.headers()['cache-control'], 'no-store');
    assert.equal(response.headers()['referrer-policy'], 'no-referrer');
    const background = await page.locator('button').evaluate((button) => getComputedStyle(button).backgroundColor);
    assert.notEqual(background, 'rgb(239, 239, 239)', 'the style counts, although the policy forbids all but one');
    assert.equal((await page.locator('.amount').textContent()).trim(), texts.amount);
    for (const [label, autocomplete] of [[texts.number, 'cc-number'], [texts.expiry, 'cc-exp'], [texts.code, 'cc-csc']]) {
      assert.equal(await page.getByLabel(label).getAttribute('autocomplete'), autocomplete);
    }
    await shoot(visitor, 'open');
    await fill(visitor, GOOD);
    assert.equal(await submit(visitor), 200);
    assert.equal(await heading(visitor), texts.paid);
    assert.ok((await page.locator('main').textContent()).includes('4242'));
    assert.equal(page.url(), link, 'it stays where it was');
    assert.equal(await page.locator('form').count(), 0, 'there is nothing more to pay');
    await shoot(visitor, 'paid');
    await page.goto(link);
    assert.equal(await heading(visitor), texts.paid);
    return visitor;
  },

  async declined(browser, link, locale) {
    const visitor = await visit(browser, locale, link, locale === 'en-CA' ? PHONE : DESKTOP);
    const { page, texts } = visitor;
    await fill(visitor, EMPTY);
    assert.equal(await submit(visitor), 200);
    assert.equal(await heading(visitor), texts.declined);
    assert.ok((await page.getByRole('status').textContent()).includes(texts.funds));
    assert.equal(await page.locator('form').count(), 0, 'the first answer is the last');
    await shoot(visitor, 'declined');
    return visitor;
  },

  /** A mistyped number is marked and charged nothing; corrected, it pays. */
  async invalid_then_paid(browser, link, locale) {
    const visitor = await visit(browser, locale, link, PHONE);
    const { page, texts } = visitor;
    await fill(visitor, MISTYPED);
    assert.equal(await submit(visitor), 422);
    const number = page.getByLabel(texts.number);
    assert.equal(await number.getAttribute('aria-invalid'), 'true');
    const described = (await number.getAttribute('aria-describedby')).split(' ');
    assert.ok((await page.locator(`#${described[0]}`).textContent()).includes(texts.invalid));
    assert.ok((await page.getByRole('alert').textContent()).includes(texts.invalid));
    assert.ok(await number.evaluate((input) => document.activeElement === input), 'it has the focus');
    for (const label of [texts.number, texts.expiry, texts.code]) {
      assert.equal(await page.getByLabel(label).inputValue(), '', 'nothing of a card is sent back');
    }
    assert.ok(!(await page.content()).includes('4241'));
    await shoot(visitor, 'invalid');
    await fill(visitor, GOOD);
    assert.equal(await submit(visitor), 200);
    assert.equal(await heading(visitor), texts.paid);
    return visitor;
  },

  /** From the top of the page with Tab alone, and Enter to pay. */
  async keyboard(browser, link, locale) {
    const visitor = await visit(browser, locale, link);
    const { page, texts } = visitor;
    for (const text of [GOOD, '1299', '123']) {
      await page.keyboard.press('Tab');
      await page.keyboard.type(text);
    }
    await page.keyboard.press('Tab');
    assert.match((await page.locator('button:focus').textContent()).trim(), texts.pay);
    const outline = await page.locator('button').evaluate((button) => getComputedStyle(button).outlineStyle);
    assert.equal(outline, 'solid', 'the focus is seen');
    await shoot(visitor, 'keyboard');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    assert.equal(await heading(visitor), texts.paid);
    return visitor;
  },

  async closed(browser, link, locale) {
    const visitor = await visit(browser, locale, link);
    assert.equal(visitor.response.status(), 200);
    assert.equal(await visitor.page.locator('form').count(), 0);
    await shoot(visitor, 'closed');
    return visitor;
  },

  async unknown(browser, link, locale) {
    const visitor = await visit(browser, locale, link, PHONE);
    assert.equal(visitor.response.status(), 404);
    const said = (await visitor.page.locator('main').textContent()).toLowerCase();
    assert.ok(said.replaceAll("'", '’').includes(visitor.texts.unknown), said);
    await shoot(visitor, 'unknown');
    return visitor;
  },
};

inBrowser(async (browser) => {
  for (const [scenario, byLocale] of Object.entries(links)) {
    for (const [locale, link] of Object.entries(byLocale)) {
      console.log(`${scenario} ${locale} ${link}`);
      const visitor = await scenarios[scenario](browser, link, locale);
      assert.deepEqual(visitor.complaints, []);
      await visitor.close();
    }
  }
});
