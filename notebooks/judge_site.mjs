// The browser's part of judge_site.py: axe-core, requests, widths, print.
//
//   node judge_site.mjs SITE CHROMIUM PAGES.json
//
// Opens each page of the list from its file at a desk's and at a phone's width. Prints one JSON line a
// finding and ends with the number of pages seen. A page that asks for anything but files is a finding.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { pathToFileURL } from "node:url";
import { join } from "node:path";

const require = createRequire(join(process.cwd(), "package.json"));
const { chromium } = require("playwright-core");
const axe = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const [site, executablePath, list] = process.argv.slice(2);
const pages = JSON.parse(readFileSync(list, "utf8"));
const WIDTHS = [1280, 360];

const browser = await chromium.launch({
  executablePath,
  args: [
    "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
  ],
});
const find = (page, what) => console.log(JSON.stringify({ page, what }));
const context = await browser.newContext();
const tab = await context.newPage();
let requests = [];
tab.on("request", (request) => requests.push(request.url()));
tab.on("pageerror", (error) => find("?", `error: ${error.message}`));
let seen = 0;
for (const path of pages) {
  for (const width of WIDTHS) {
    requests = [];
    await tab.setViewportSize({ width, height: 900 });
    await tab.goto(pathToFileURL(join(site, path)).href);
    const outside = requests.filter((url) => !url.startsWith("file:"));
    if (outside.length > 0) find(path, `asks for ${outside.join(", ")}`);
    const overflow = await tab.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    if (overflow > 0) find(path, `${overflow} px wider than a screen of ${width} px`);
    await tab.evaluate(axe);
    const found = await tab.evaluate(() => axe.run(document, { resultTypes: ["violations"] }));
    for (const own of found.violations) {
      find(path, `axe ${own.id} at ${width} px: ${own.nodes[0].html.slice(0, 160)}`);
    }
    seen += 1;
  }
}
await browser.close();
console.log(JSON.stringify({ seen }));
