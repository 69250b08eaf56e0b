// Draws Mermaid diagrams in a real browser. Usage: node diagrams.cjs FILE with TEST_CHROMIUM set; FILE holds a JSON list
// of {"file", "line", "text"}. Those that cannot be drawn are named by file and line, and make the program fail.
'use strict';
const fs = require('node:fs');
const { inBrowser } = require('./browser.cjs');

const diagrams = JSON.parse(fs.readFileSync(process.argv[2], 'utf8'));

/** Runs in the page: an error's first lines, or nothing when the diagram is a picture. */
async function draw({ id, text }) {
  try {
    const { svg } = await globalThis.mermaid.render(id, text);
    return svg.includes('<svg') ? null : 'it is no picture';
  } catch (error) {
    return String(error.message ?? error);
  }
}

inBrowser(async (browser) => {
  const page = await browser.newPage();
  await page.setContent('<!doctype html><title>diagrams</title><body></body>');
  await page.addScriptTag({ path: require.resolve('@mermaid-js/tiny/dist/mermaid.tiny.js') });
  await page.evaluate(() => globalThis.mermaid.initialize({ startOnLoad: false }));
  let faults = 0;
  for (const [place, { file, line, text }] of diagrams.entries()) {
    const fault = await page.evaluate(draw, { id: `diagram-${place}`, text });
    if (fault === null) continue;
    faults += 1;
    console.error(`${file}:${line}: ${fault}`);
  }
  console.log(`${diagrams.length} diagrams, ${faults} of them cannot be drawn`);
  if (faults > 0) process.exitCode = 1;
});
