// What is done by hand, and with the keyboard alone.
'use strict';
const assert = require('node:assert/strict');
const { TIMEZONE, visit, leave, shoot, strip, stepsDone, until, expectVerdict, send } = require('./visitor.cjs');

/** With the keyboard alone, from the top of the first page to a verdict; the focus is never lost. */
async function keyboard(browser) {
  const visitor = await visit(browser, 'fr-CA', '/');
  const { page, texts } = visitor;
  const focused = () => page.evaluate(() => {
    const { activeElement: element } = document;
    return element.getAttribute('href') || element.name === 'seed' && 'seed' || element.textContent.trim();
  });
  const pressTo = async (key, what) => {
    for (let presses = 0; (await focused()) !== what; presses += 1) {
      assert.ok(presses < 40, `${key} does not come to ${what}`);
      await page.keyboard.press(key);
    }
    const outline = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(outline, 'solid', `the focus on ${what} is seen`);
  };
  await page.keyboard.press('Tab');
  assert.equal(await focused(), '#content', 'the first thing is the way past the navigation');
  await pressTo('Tab', '/scenarios/before-commit');
  await page.keyboard.press('Enter');
  await page.waitForURL('**/scenarios/before-commit');
  const done = (step) => page.locator(`ol.steps > li:nth-child(${step}).done`).waitFor();
  if (!(await stepsDone(visitor))) {
    await pressTo('Tab', texts.next);
    await page.keyboard.press('Enter');
    await done(1);
  }
  await pressTo('Tab', texts.again);
  await page.keyboard.press('Enter');
  await page.locator('input[name=seed]:not([readonly])').waitFor();
  assert.equal(await focused(), texts.again, 'the focus stays on the button that began again');
  await pressTo('Shift+Tab', 'seed');
  await page.keyboard.press('Control+A');
  await page.keyboard.type('5');
  await page.keyboard.press('Enter');
  await done(1);
  assert.equal(await focused(), 'seed', 'the focus stays in the field');
  await pressTo('Shift+Tab', texts.next);
  const steps = await page.locator('ol.steps > li').count();
  for (let step = 2; step <= steps; step += 1) {
    await page.keyboard.press('Enter');
    await done(step);
    await page.locator('ol.steps > li.running').waitFor({ state: 'detached' });
    assert.equal(await focused(), texts.next, `the focus stays on the button after step ${step}`);
  }
  await expectVerdict(visitor);
  await shoot(visitor, 'keyboard');
  await pressTo('Tab', texts.again);
  await page.keyboard.press('Enter');
  await page.locator('input[name=seed]:not([readonly])').waitFor();
  assert.equal(await page.getByLabel(texts.seed).inputValue(), '5', 'the seed stays as it was chosen');
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
  for (const deed of ['kill', 'pause', 'resume', 'take-down']) {
    const refused = await send(visitor, `/processes/redis/${deed}`, {});
    assert.equal(refused.status, 409, deed);
    assert.match(refused.text, texts.nothingDone);
  }
  const told = page.locator('#happenings li');
  assert.ok(!(await told.allTextContents()).join().includes('kill -9 0'), 'no signal went to nobody');
  const time = told.locator('time').first();
  const [at, shown] = [await time.getAttribute('datetime'), await time.textContent()];
  assert.equal(shown, new Date(Date.parse(at) + TIMEZONE.ahead).toISOString().slice(11, 19), 'a time of the reader’s clock');
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

  const point = 'payment-service/handler.before-commit:StockDecreased';
  await page.locator('select[name=point]').selectOption(point);
  await page.locator('input[name=passage]').fill('1000');
  await press(texts.arm);
  await until(page.locator('#armed'), '1000');
  await page.getByRole('button', { name: texts.disarm }).focus();
  await page.keyboard.press('Enter');
  await page.locator('#armed .quiet').waitFor();
  const heading = page.locator('section').filter({ has: page.locator('#armed') }).locator('h2');
  assert.ok(await heading.evaluate((element) => element === document.activeElement), 'the focus goes to the heading');
  assert.equal((await send(visitor, '/points', { point: 'payment-service/request.before-commit:OrderCreated', passage: 1 })).status, 404);
  const broken = await send(visitor, '/points', { point, passage: 'many' });
  assert.equal(broken.status, 422);
  assert.doesNotMatch(broken.text, /deserialize/);
  await page.locator('input[name=passage]').fill('1');
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

module.exports = { keyboard, workbench };
