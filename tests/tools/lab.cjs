// Teaches with the laboratory's page in a real browser. Usage: node lab.cjs '{"url": ..., "screenshots": FOLDER}' with
// TEST_CHROMIUM set.
//
// Every scenario is clicked through to its verdict in English, step by step, and in French, at once. Whatever a page
// loads from elsewhere, and whatever its policy forbids, is an error.
'use strict';
const assert = require('node:assert/strict');
const http = require('node:http');
const path = require('node:path');
const { inBrowser } = require('./browser.cjs');

const { url, screenshots } = JSON.parse(process.argv[2]);
const PROJECTOR = { width: 1920, height: 1080 };
const PHONE = { width: 390, height: 844 };
/** A scenario may wait for a broker to be back. */
const PATIENCE = 90_000;

const TEXTS = {
  'en-CA': {
    next: 'Next step', all: 'All steps', again: 'From the start', holds: /All \d+ checks hold/, lost: /does not answer/,
    verdict: /no order lost/, workbench: 'Workbench', scenarios: 'Scenarios', kill: 'Kill redis', stop: 'Stop redis',
    goOn: 'Continue redis', down: 'Take down redis', start: 'Start redis', runs: 'runs', stopped: 'stopped', isDown: 'down',
    arm: 'Arm', begin: 'Empty the store', flow: 'Let orders flow', noFlow: 'Stop the flow', toCome: 'still to come',
  },
  'fr-CA': {
    next: 'Pas suivant', all: 'Tous les pas', again: 'Depuis le début', holds: /Les \d+ vérifications sont bonnes/,
    lost: /ne répond pas/, verdict: /aucune commande perdue/, workbench: 'Établi', scenarios: 'Scénarios',
    kill: 'Tuer redis', stop: 'Figer redis', goOn: 'Reprendre redis', down: 'Éteindre redis', start: 'Démarrer redis',
    runs: 'en marche', stopped: 'figé', isDown: 'éteint', arm: 'Armer', begin: 'Vider le magasin',
    flow: 'Laisser couler les commandes', noFlow: 'Arrêter le flot', toCome: 'encore à venir',
  },
};

/** A page in a language, which complains of whatever comes from elsewhere or is refused. */
async function visit(browser, locale, where, options = {}) {
  const context = await browser.newContext({ locale, viewport: PROJECTOR, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(PATIENCE);
  const complaints = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(url)) complaints.push(`it loads ${request.url()}`);
  });
  page.on('console', (message) => {
    const expected = /status of|ERR_INTERNET_DISCONNECTED/.test(message.text());
    if (message.type() === 'error' && !expected) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await page.goto(url + where);
  return { page, locale, texts: TEXTS[locale], complaints, close: () => context.close() };
}

async function leave(visitor) {
  assert.deepEqual(visitor.complaints, []);
  await visitor.close();
}

async function shoot({ page, locale }, name) {
  const { width } = page.viewportSize();
  await page.screenshot({ path: path.join(screenshots, `lab-${name}-${locale}-${width}.png`), fullPage: true });
  const wide = await page.evaluate(() => [document.documentElement.scrollWidth, document.documentElement.clientWidth]);
  assert.ok(wide[0] <= wide[1], `${name} is ${wide[0]} px wide on a screen of ${wide[1]}`);
}

const strip = ({ page }) => page.locator('#strip');
const stepsDone = ({ page }) => page.locator('ol.steps > li.done').count();

/** Waits until a text is shown somewhere; Playwright tells what it saw instead when it does not come. */
const until = (locator, text) => locator.filter({ hasText: text }).first().waitFor();

/** The verdict of a scenario that went to its end, and that the live audit agrees with it. */
async function expectVerdict(visitor) {
  const { page, texts } = visitor;
  const failed = page.locator('ol.steps > li.failed');
  await Promise.race([until(page.locator('ol.steps > li.done').last(), texts.verdict), failed.first().waitFor()]);
  assert.equal(await failed.count(), 0, (await failed.allTextContents()).join());
  await until(strip(visitor), texts.holds);
  // The timelines are drawn anew a moment after the verdict.
  await page.locator('#timelines tbody tr').nth(3).waitFor();
  await page.waitForFunction(() => document.querySelector('#timelines .to-come') === null);
}

/** Through a scenario, a step at a time; what a class looks at is looked at after the step that shows it. */
async function stepByStep(browser, slug, { shownAfter, shows }) {
  const visitor = await visit(browser, 'en-CA', '/');
  const { page, texts } = visitor;
  await page.locator(`a[href="/scenarios/${slug}"]`).click();
  const steps = await page.locator('ol.steps > li').count();
  for (let step = 1; step <= steps; step += 1) {
    await page.getByRole('button', { name: texts.next }).click();
    const settled = page.locator(`ol.steps > li:nth-child(${step}):is(.done, .failed)`);
    await settled.waitFor();
    assert.equal(await stepsDone(visitor), step, (await settled.textContent()));
    if (step === shownAfter) {
      await shows(visitor);
      await shoot(visitor, `${slug}-meanwhile`);
    }
  }
  await expectVerdict(visitor);
  await shoot(visitor, `${slug}-verdict`);
  assert.ok(await page.getByRole('button', { name: texts.next }).isDisabled(), 'there is no step left');
  await leave(visitor);
}

/** The same in French, with one click; and from the start again it is as it was before. */
async function atOnce(browser, slug) {
  const visitor = await visit(browser, 'fr-CA', `/scenarios/${slug}`);
  const { page, texts } = visitor;
  assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
  // It still shows the run of the other language: there is one laboratory, whoever looks at it.
  await page.getByRole('button', { name: texts.again }).click();
  await page.locator('ol.steps > li.next').first().waitFor();
  assert.equal(await stepsDone(visitor), 0);
  await shoot(visitor, `${slug}-start`);
  await page.getByRole('button', { name: texts.all }).click();
  await expectVerdict(visitor);
  await shoot(visitor, `${slug}-verdict`);
  await leave(visitor);
}

const figure = (page, row, column) => page.locator(`#queues tbody tr:nth-child(${row}) td:nth-child(${column})`);
const isDown = (name) => async (visitor) => {
  await until(strip(visitor).locator('.state.bad'), `${name} ${visitor.texts.isDown}`);
  await until(visitor.page.locator('#timelines .to-come.waiting'), visitor.texts.toCome);
};

/** After which step a class looks, and what it must see there. */
const SCENARIOS = {
  'before-commit': { shownAfter: 3, shows: isDown('payment-service') },
  'after-commit': {
    shownAfter: 3,
    shows: async (visitor) => {
      await isDown('payment-service')(visitor);
      await until(figure(visitor.page, 1, 3), '1');
    },
  },
  'after-publish': {
    shownAfter: 3,
    shows: async (visitor) => {
      await until(strip(visitor).locator('.state.bad'), 'store-manager down');
      await until(visitor.page.locator('#timelines'), 'OrderCreated');
      await until(figure(visitor.page, 1, 2), '1');
    },
  },
  'payment-service-away': { shownAfter: 3, shows: isDown('payment-service') },
  'broker-away': {
    shownAfter: 3,
    shows: async (visitor) => {
      await until(strip(visitor).locator('.state.bad'), 'kafka down');
      await until(figure(visitor.page, 1, 2), '3');
    },
  },
  poison: {
    shownAfter: 3,
    shows: async ({ page }) => {
      await until(figure(page, 3, 3), '1');
      await until(page.locator('#queues .say.bad'), 'the laboratory refuses this payment');
    },
  },
};

/** With the keyboard alone, from the top of the first page to a verdict. */
async function keyboard(browser) {
  const visitor = await visit(browser, 'fr-CA', '/');
  const { page, texts } = visitor;
  const focused = () => page.evaluate(() => document.activeElement.getAttribute('href') || document.activeElement.textContent.trim());
  const tabTo = async (what) => {
    for (let tabs = 0; (await focused()) !== what; tabs += 1) {
      assert.ok(tabs < 40, `Tab does not come to ${what}`);
      await page.keyboard.press('Tab');
    }
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, 'solid', `the focus on ${what} is seen`);
  };
  await page.keyboard.press('Tab');
  assert.equal(await focused(), '#content', 'the first thing is the way past the navigation');
  await tabTo('/scenarios/before-commit');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/scenarios/before-commit');
  if (await page.getByRole('button', { name: texts.again }).count()) {
    await tabTo(texts.again);
    await page.keyboard.press('Enter');
    await page.locator('ol.steps > li.next').first().waitFor();
    await page.keyboard.press('Shift+Tab');
    await page.locator('#content').focus();
  }
  await tabTo(texts.next);
  const steps = await page.locator('ol.steps > li').count();
  for (let step = 1; step <= steps; step += 1) {
    await page.keyboard.press('Enter');
    await page.locator(`ol.steps > li:nth-child(${step}).done`).waitFor();
    await page.locator('ol.steps > li.running').waitFor({ state: 'detached' });
    if (step < steps) {
      assert.equal(await focused(), texts.next, `the focus stays on the button after step ${step}`);
    }
  }
  await expectVerdict(visitor);
  await shoot(visitor, 'keyboard');
  await leave(visitor);
}

/** What an instructor does by hand: each button of a process, orders of each course, a flow, a point. */
async function workbench(browser, locale) {
  const visitor = await visit(browser, locale, '/workbench');
  const { page, texts } = visitor;
  const redis = page.locator('#p-redis');
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const restarts = async () => Number(await redis.locator('td').nth(2).textContent());
  const before = await restarts();
  await press(texts.kill);
  await page.waitForFunction((count) => Number(document.querySelectorAll('#p-redis td')[2].textContent) > count, before);
  await press(texts.stop);
  await until(redis, texts.stopped);
  await press(texts.goOn);
  await until(redis, texts.runs);
  await press(texts.down);
  await until(redis.locator('.state.bad'), texts.isDown);
  await shoot(visitor, 'workbench-down');
  await press(texts.start);
  await until(redis.locator('.state.good'), texts.runs);

  const orders = async () => page.locator('#orders tbody th').first().textContent().catch(() => '');
  for (const course of ['paid', 'short-of-stock', 'refused-at-payment', 'refunded']) {
    const last = (await page.locator('#orders tbody tr').count()) ? await orders() : '';
    await page.locator(`button[value="${course}"]`).click();
    await page.waitForFunction((was) => {
      const first = document.querySelector('#orders tbody th');
      return first && first.textContent !== was;
    }, last);
  }
  await page.waitForFunction(() => !document.querySelector('#orders .state.wait'));
  await until(strip(visitor), texts.holds);

  await page.locator('select[name=place]').selectOption('handler.before-commit');
  await page.locator('select[name=event_type]').selectOption('StockDecreased');
  await page.locator('select[name=service]').selectOption('payment-service');
  const killed = Number(await page.locator('#p-payment-service td').nth(2).textContent());
  await press(texts.arm);
  await until(page.locator('#armed'), 'handler.before-commit:StockDecreased');
  await press(texts.flow);
  await page.waitForFunction((count) => Number(document.querySelectorAll('#p-payment-service td')[2].textContent) > count, killed);
  await press(texts.noFlow);
  await until(strip(visitor), texts.holds);
  await page.locator('details summary').click();
  const checks = (await page.locator('#checks').textContent()).trim();
  const english = /\b(every|each|no|has|the|ended)\b/.exec(checks);
  assert.equal(english !== null, locale === 'en-CA', `each check is in the language of the page: ${english}`);
  await page.locator('details summary').click();
  await shoot(visitor, 'workbench');

  await page.locator('#orders a').first().click();
  await page.waitForURL('**/orders/*');
  await until(page.locator('#timelines'), 'OrderCreated');
  await shoot(visitor, 'order');
  await leave(visitor);
}

/** A page whose connection was lost says so, and is right again once it is back. */
async function reconnects(browser) {
  const visitor = await visit(browser, 'en-CA', '/workbench');
  const { page, texts } = visitor;
  await page.context().setOffline(true);
  // An open stream is not cut by that: closing and opening it is what a hidden and shown page does.
  await page.evaluate(() => {
    Object.defineProperty(document, 'hidden', { configurable: true, get: () => window.isHidden });
    window.isHidden = true;
    document.dispatchEvent(new Event('visibilitychange'));
    window.isHidden = false;
    document.dispatchEvent(new Event('visibilitychange'));
  });
  await page.locator('#lost').filter({ hasText: texts.lost }).waitFor({ state: 'visible' });
  await page.evaluate(() => { document.querySelector('#processes').textContent = 'old'; });
  await page.context().setOffline(false);
  await page.locator('#lost').waitFor({ state: 'hidden' });
  await until(page.locator('#processes'), 'store-manager');
  await leave(visitor);
}

/** A narrow screen, and one without the script: its buttons are plain forms. */
async function plain(browser) {
  const visitor = await visit(browser, 'fr-CA', '/workbench', { javaScriptEnabled: false, viewport: PHONE });
  const { page, texts } = visitor;
  await shoot(visitor, 'workbench');
  await page.getByRole('button', { name: texts.kill, exact: true }).click();
  await page.waitForURL('**/workbench');
  await page.goto(`${url}/scenarios/poison`);
  await shoot(visitor, 'scenario');
  await page.goto(`${url}/?lang=en`);
  assert.equal(page.url(), `${url}/`, 'the switch leaves the address as it was');
  assert.equal(await page.locator('html').getAttribute('lang'), 'en', 'and is kept');
  await leave(visitor);
}

/** Large type and high contrast (WCAG 2.2, 1.4.6: seven to one), by day and by night. */
async function legible(browser) {
  for (const colorScheme of ['light', 'dark']) {
    const visitor = await visit(browser, 'en-CA', '/workbench', { colorScheme });
    await until(visitor.page.locator('#processes'), 'store-manager');
    const found = await visitor.page.evaluate(() => {
      const channels = (colour) => colour.match(/[\d.]+/g).slice(0, 3).map(Number);
      const luminance = (colour) => {
        const [r, g, b] = channels(colour).map((value) => value / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
      };
      const behind = (element) => {
        const { backgroundColor } = getComputedStyle(element);
        return backgroundColor === 'rgba(0, 0, 0, 0)' && element.parentElement ? behind(element.parentElement) : backgroundColor;
      };
      const ratio = (element) => {
        const [light, dark] = [luminance(getComputedStyle(element).color), luminance(behind(element))].sort((a, b) => b - a);
        return (light + 0.05) / (dark + 0.05);
      };
      const all = [...document.querySelectorAll('h1, h2, p, th, td, a, button:not([aria-disabled=true]), .state, .quiet, li')];
      return {
        size: parseFloat(getComputedStyle(document.body).fontSize),
        faint: all.filter((element) => ratio(element) < 7).map((element) => `${element.className || element.tagName} ${ratio(element).toFixed(1)} ${element.textContent.slice(0, 30)}`),
      };
    });
    assert.ok(found.size >= 22, `type of ${found.size} px on a projector`);
    assert.deepEqual(found.faint, [], colorScheme);
    await shoot(visitor, `legible-${colorScheme}`);
    await leave(visitor);
  }
}

/** One request, as no browser sends it. */
function ask(method, where, headers) {
  return new Promise((resolve, reject) => {
    const request = http.request(url + where, { method, headers }, (answer) => {
      answer.resume();
      resolve(answer);
    });
    request.on('error', reject);
    request.end();
  });
}

/** It kills processes: what comes from elsewhere does nothing. */
async function keepsStrangersOut() {
  const here = { origin: url };
  const kill = '/processes/redis/kill';
  assert.equal((await ask('POST', kill, {})).statusCode, 403);
  assert.equal((await ask('POST', kill, { origin: 'http://evil.example' })).statusCode, 403);
  assert.equal((await ask('POST', kill, { ...here, 'sec-fetch-site': 'cross-site' })).statusCode, 403);
  assert.equal((await ask('GET', '/', { host: 'evil.example' })).statusCode, 421);
  assert.equal((await ask('POST', '/processes/init/kill', here)).statusCode, 404);
  assert.equal((await ask('POST', '/processes/redis/tickle', here)).statusCode, 404);
  const page = await ask('GET', '/', {});
  assert.match(page.headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
  assert.doesNotMatch(page.headers['content-security-policy'], /unsafe/);
}

/** The store begins again, with nothing in it, and works. */
async function beginsAgain(browser) {
  const visitor = await visit(browser, 'fr-CA', '/reset');
  const { page, texts } = visitor;
  await page.getByRole('button', { name: texts.begin }).click();
  await strip(visitor).locator('.say.wait').waitFor();
  await shoot(visitor, 'begins-again');
  await until(strip(visitor), texts.holds);
  assert.ok(!(await strip(visitor).textContent()).includes('commande'), 'no order is left');
  await leave(visitor);
  await atOnceFromNothing(browser);
}

/** The same seed does the same again: the first order of an empty store. */
async function atOnceFromNothing(browser) {
  const visitor = await visit(browser, 'fr-CA', '/scenarios/after-commit');
  await visitor.page.getByLabel('Graine').fill('7');
  await visitor.page.getByRole('button', { name: visitor.texts.all }).click();
  await expectVerdict(visitor);
  await until(visitor.page.locator('#timelines h3'), 'Commande 1');
  await leave(visitor);
}

inBrowser(async (browser) => {
  await keepsStrangersOut();
  for (const [slug, scenario] of Object.entries(SCENARIOS)) {
    console.log(slug);
    await stepByStep(browser, slug, scenario);
    await atOnce(browser, slug);
  }
  for (const scene of [keyboard, reconnects, legible, plain]) {
    console.log(scene.name);
    await scene(browser);
  }
  for (const locale of ['en-CA', 'fr-CA']) {
    console.log('workbench', locale);
    await workbench(browser, locale);
  }
  console.log('begins again');
  await beginsAgain(browser);
});
