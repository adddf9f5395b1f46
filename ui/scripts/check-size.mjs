// Fails where the JavaScript that the first screen needs is more than the budget, compressed.
import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';

const BUDGET = 150_000;
const FIRST = ['index.html', 'src/views/lens/Lens.svelte'];

const dist = new URL('../dist/', import.meta.url);
const manifest = JSON.parse(readFileSync(new URL('.vite/manifest.json', dist), 'utf8'));

const files = new Set();
function add(key) {
  const chunk = manifest[key];
  if (chunk === undefined) throw new Error(`the build has no ${key}`);
  if (files.has(chunk.file)) return;
  files.add(chunk.file);
  for (const other of chunk.imports ?? []) add(other);
}
FIRST.forEach(add);

let total = 0;
for (const file of files) {
  const bytes = gzipSync(readFileSync(new URL(file, dist))).length;
  total += bytes;
  console.log(`${String(bytes).padStart(8)} ${file}`);
}
console.log(
  `${String(total).padStart(8)} bytes of JavaScript before the first screen, compressed; budget ${BUDGET}`,
);
if (total > BUDGET) {
  console.error('check-size: over the budget');
  process.exit(1);
}
