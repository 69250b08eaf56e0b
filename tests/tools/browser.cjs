// The browser of the tests: named by TEST_CHROMIUM, and asking nobody for anything by itself.
'use strict';
const { chromium } = require('playwright-core');

/** Starts it, hands it to `work`, and ends it whatever happens; an error is told and makes the program fail. */
exports.inBrowser = async (work) => {
  try {
    const browser = await chromium.launch({
      executablePath: process.env.TEST_CHROMIUM || '/usr/bin/chromium',
      args: ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync'],
    });
    try {
      await work(browser);
    } finally {
      await browser.close();
    }
  } catch (error) {
    console.error(error);
    process.exitCode = 1;
  }
};
