// Every scenario, as a class sees it.
'use strict';
const assert = require('node:assert/strict');
const {
  OLD_PROJECTOR, visit, leave, shoot, strip, stepsDone, until, expectVerdict, expectInSight, send,
} = require('./visitor.cjs');

/** Through a scenario, a step at a time; what a class looks at is looked at after the step that shows it. */
async function stepByStep(browser, slug, { shownAfter, shows }) {
  const visitor = await visit(browser, 'en-CA', '/', { viewport: OLD_PROJECTOR });
  const { page, texts } = visitor;
  await page.locator(`a[href="/scenarios/${slug}"]`).click();
  const steps = await page.locator('ol.steps > li').count();
  for (let step = 1; step <= steps; step += 1) {
    await page.getByRole('button', { name: texts.next }).click();
    const settled = page.locator(`ol.steps > li:nth-child(${step}):is(.done, .failed)`);
    await settled.waitFor();
    assert.equal(await stepsDone(visitor), step, (await settled.textContent()));
    assert.equal(await page.locator('main details.card').first().getAttribute('open'), null, 'what was read is folded');
    if (step === shownAfter) {
      await shows(visitor);
      // The next event is waited for, with the time; that and the step are what a class looks at.
      await until(page.locator('#timelines .to-come.waiting td.number'), /\d/);
      await expectInSight(visitor, '#timelines h3');
      await expectInSight(visitor, '#timelines .to-come.waiting');
      await expectInSight(visitor, `ol.steps > li:nth-child(${step})`);
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

/** A step that waits for what cannot come is broken off, in the words of whoever reads; a run that is half done is not
 * ended by another without a question. What it leaves is a step that waits. */
async function breaksOff(browser) {
  const visitor = await visit(browser, 'fr-CA', '/scenarios/after-commit');
  const { page, texts } = visitor;
  const press = (name) => page.getByRole('button', { name, exact: true }).click();
  const next = async (step, state) => {
    await press(texts.next);
    await page.locator(`ol.steps > li:nth-child(${step}).${state}`).waitFor();
  };
  const onceMore = async () => {
    await press(texts.again);
    await page.locator('input[name=seed]:not([readonly])').waitFor();
  };
  const untilItWaitsInVain = async () => {
    await next(1, 'done');
    // By hand, so that it dies before it comes by the armed point.
    for (const [deed, state] of [['kill', '.bad'], ['bring-up', '.good']]) {
      assert.equal((await send(visitor, `/processes/payment-service/${deed}`, {})).status, 204);
      await until(strip(visitor).locator(`.state${state}`), 'payment-service');
    }
    await next(2, 'done');
    await next(3, 'running');
  };
  if (!(await page.getByRole('button', { name: texts.again }).isDisabled())) await onceMore();
  await untilItWaitsInVain();
  const elsewhere = await visit(browser, 'fr-CA', '/scenarios/poison');
  await until(elsewhere.page.locator('#elsewhere'), 'est en cours');
  assert.equal((await send(visitor, '/scenarios/after-commit/again', { how: 'forget' })).status, 409);
  await press(texts.breakOff);
  await until(page.locator('ol.steps > li.failed .happened'), /^Interrompu\.$/);
  await elsewhere.page.locator('#elsewhere').waitFor({ state: 'detached' });
  await onceMore();
  await next(1, 'done');
  await until(elsewhere.page.locator('#elsewhere'), 'est à moitié fait');
  const begun = await send(elsewhere, '/scenarios/poison', { go: 'one' });
  assert.equal(begun.status, 409);
  assert.match(begun.text, /«\sPanne après le commit\s» est à moitié fait/);
  await elsewhere.page.getByRole('button', { name: 'La terminer, commencer ici' }).click();
  await elsewhere.page.locator('ol.steps > li:nth-child(1).done').waitFor();
  await leave(elsewhere);
  await page.goto(page.url());
  await page.getByRole('button', { name: 'La terminer, commencer ici' }).click();
  await page.locator('ol.steps > li:nth-child(1).done').waitFor();
  await onceMore();
  await untilItWaitsInVain();
  await leave(visitor);
}

/** The store begins again, with nothing in it, and works. */
async function beginsAgain(browser) {
  const visitor = await visit(browser, 'fr-CA', '/reset');
  const { page, texts } = visitor;
  await page.getByRole('button', { name: texts.begin }).click();
  await strip(visitor).locator('.say.wait').waitFor();
  for (const where of ['/reset', '/scenarios/poison', '/orders', '/processes/redis/kill']) {
    const refused = await send(visitor, where, { go: 'one', course: 'paid' });
    assert.equal(refused.status, 409, `${where} while the store begins again`);
    assert.match(refused.text, /redémarre à neuf/);
  }
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

module.exports = { SCENARIOS, stepByStep, atOnce, breaksOff, beginsAgain };
