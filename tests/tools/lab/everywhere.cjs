// What holds for every page: it comes back, it is legible, it works without the script, and strangers stay out.
'use strict';
const assert = require('node:assert/strict');
const http = require('node:http');
const { url, PROJECTOR, OLD_PROJECTOR, PHONE, visit, leave, shoot, until } = require('./visitor.cjs');

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
  const screens = [{ viewport: PROJECTOR, large: 27, small: 24 }, { viewport: OLD_PROJECTOR, large: 21, small: 19 }];
  for (const { colorScheme, viewport, large, small } of ['light', 'dark'].flatMap((colorScheme) => screens.map((screen) => ({ colorScheme, ...screen })))) {
    const visitor = await visit(browser, 'en-CA', '/workbench', { colorScheme, viewport });
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
        smallest: Math.min(...[...document.querySelectorAll('body *')].filter((element) => element.checkVisibility()
          && [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.nodeValue.trim()))
          .map((element) => parseFloat(getComputedStyle(element).fontSize))),
        processes: document.querySelector('#strip').innerText,
        faint: all.filter((element) => ratio(element) < 7).map((element) => `${element.className || element.tagName} ${ratio(element).toFixed(1)} ${element.textContent.slice(0, 30)}`),
      };
    });
    assert.ok(found.size >= large && found.smallest >= small, `type of ${found.smallest} to ${found.size} px on ${viewport.width}`);
    assert.deepEqual(found.faint, [], colorScheme);
    assert.match(found.processes, /mariadb\s+runs/, 'a state is a word too');
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
  for (const nowhere of ['/orders/abc', '/orders', '/nothing']) {
    const page = await ask('GET', nowhere, {});
    assert.match(page.headers['content-type'], /^text\/html/, nowhere);
    assert.ok([404, 405].includes(page.statusCode), `${nowhere} ${page.statusCode}`);
  }
  const page = await ask('GET', '/', {});
  assert.match(page.headers['content-security-policy'], /default-src 'none'.*frame-ancestors 'none'/);
  assert.doesNotMatch(page.headers['content-security-policy'], /unsafe/);
}

module.exports = { reconnects, plain, legible, keepsStrangersOut };
