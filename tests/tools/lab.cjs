// Teaches with the laboratory's page in a real browser. Usage: node lab.cjs '{"url": ..., "screenshots": FOLDER}' with
// TEST_CHROMIUM set.
//
// Every scenario is clicked through to its verdict in English, step by step, and in French, at once. Whatever a page
// loads from elsewhere, and whatever its policy forbids, is an error.
'use strict';
const { inBrowser } = require('./browser.cjs');
const { keyboard, workbench } = require('./lab/by_hand.cjs');
const { reconnects, plain, legible, keepsStrangersOut } = require('./lab/everywhere.cjs');
const { SCENARIOS, stepByStep, atOnce, breaksOff, beginsAgain } = require('./lab/scenarios.cjs');

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
  for (const scene of [breaksOff, beginsAgain]) {
    console.log(scene.name);
    await scene(browser);
  }
});
