// What a visitor downloads, gzipped, against the budget: loader 5 KB, panel's JavaScript 60 KB. Run after `npm run build`.
import { readFileSync, readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';

const KB = 1024;
const dist = fileURLToPath(new URL('../dist', import.meta.url));
const gzip = (file) => gzipSync(readFileSync(file), { level: 9 }).length;
const assets = (extension) => readdirSync(`${dist}/widget-assets`).filter((name) => name.endsWith(extension)).map((name) => `${dist}/widget-assets/${name}`);
const sum = (files) => files.reduce((total, file) => total + gzip(file), 0);

const rows = [
  ['loader  widget.js', gzip(`${dist}/widget.js`), 5 * KB],
  ['panel   scripts', sum(assets('.js')), 60 * KB],
  ['panel   styles', sum(assets('.css')), 12 * KB],
];
let over = false;
for (const [name, bytes, budget] of rows) {
  over ||= bytes > budget;
  console.log(`${name.padEnd(20)} ${(bytes / KB).toFixed(1).padStart(6)} KB of ${(budget / KB).toFixed(0)} KB${bytes > budget ? '  OVER BUDGET' : ''}`);
}
process.exitCode = over ? 1 : 0;
