// Someone who looks at the laboratory's page: in a language, on a projector, and complaining of whatever a page loads
// from elsewhere or its policy forbids.
'use strict';
const assert = require('node:assert/strict');
const path = require('node:path');

const { url, screenshots } = JSON.parse(process.argv[2]);
const PROJECTOR = { width: 1920, height: 1080 };
/** The smallest that still hangs in classrooms. */
const OLD_PROJECTOR = { width: 1280, height: 720 };
const PHONE = { width: 390, height: 844 };
/** A scenario may wait for a broker to be back. */
const PATIENCE = 90_000;
/** A clock that is not the server's, by this much. */
const TIMEZONE = { timezoneId: 'Asia/Kolkata', ahead: 5.5 * 3_600_000 };

const TEXTS = {
  'en-CA': {
    next: 'Next step', all: 'All steps', again: 'From the start', holds: /All \d+ checks hold/, lost: /does not answer/,
    verdict: /no order lost/, workbench: 'Workbench', scenarios: 'Scenarios', kill: 'Kill redis', stop: 'Stop redis',
    goOn: 'Continue redis', down: 'Take down redis', start: 'Start redis', runs: 'runs', stopped: 'stopped', isDown: 'down',
    arm: 'Arm', disarm: 'Disarm', breakOff: 'Break off', seed: 'Seed', nothingDone: /Nothing was done/, begin: 'Empty the store', flow: 'Let orders flow', noFlow: 'Stop the flow', toCome: 'still to come',
  },
  'fr-CA': {
    next: 'Pas suivant', all: 'Tous les pas', again: 'Depuis le début', holds: /Les \d+ vérifications sont bonnes/,
    lost: /ne répond pas/, verdict: /aucune commande perdue/, workbench: 'Établi', scenarios: 'Scénarios',
    kill: 'Tuer redis', stop: 'Figer redis', goOn: 'Reprendre redis', down: 'Éteindre redis', start: 'Démarrer redis',
    runs: 'en marche', stopped: 'figé', isDown: 'éteint', arm: 'Armer', disarm: 'Désarmer', breakOff: 'Interrompre',
    seed: 'Graine', nothingDone: /Rien n’a été fait/, begin: 'Vider le magasin',
    flow: 'Laisser couler les commandes', noFlow: 'Arrêter le flot', toCome: 'encore à venir',
  },
};

/** A page in a language. */
async function visit(browser, locale, where, options = {}) {
  const context = await browser.newContext({ locale, viewport: PROJECTOR, timezoneId: TIMEZONE.timezoneId, ...options });
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

/** What a class is told to look at is on the screen, and nobody had to scroll. */
async function expectInSight({ page }, selector) {
  const seen = await page.locator(selector).first().evaluate((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    return { top, bottom, from: document.querySelector('.strip-bar').getBoundingClientRect().bottom, to: innerHeight };
  });
  assert.ok(seen.top >= seen.from && seen.bottom <= seen.to, `${selector} is out of sight: ${JSON.stringify(seen)}`);
}

/** What the page's own script sends, and how it is answered. */
const send = ({ page }, where, fields) => page.evaluate(async ([to, body]) => {
  const headers = { 'x-stay': '1' };
  const answer = await fetch(to, { method: 'POST', headers, body: new URLSearchParams(body) });
  return { status: answer.status, text: await answer.text() };
}, [where, fields]);

module.exports = {
  url, OLD_PROJECTOR, PROJECTOR, PHONE, TIMEZONE, visit, leave, shoot, strip, stepsDone, until, expectVerdict,
  expectInSight, send,
};
