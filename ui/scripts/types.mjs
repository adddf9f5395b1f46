// Writes src/backend/types.ts from src/backend/schema.json, the service's OpenAPI description. With
// --check it writes nothing, and fails where the file is another one.
import { readFileSync, renameSync, writeFileSync } from 'node:fs';

import openapiTS, { astToString } from 'openapi-typescript';

const backend = new URL('../src/backend/', import.meta.url);
const schema = JSON.parse(readFileSync(new URL('schema.json', backend), 'utf8'));

/** Arrays of a fixed length as tuples, which openapi-typescript nests rightly. */
function tuples(node) {
  if (Array.isArray(node)) return node.map(tuples);
  if (node === null || typeof node !== 'object') return node;
  const out = Object.fromEntries(Object.entries(node).map(([key, value]) => [key, tuples(value)]));
  const { type, minItems, maxItems } = out;
  if (type !== 'array' || minItems === undefined || minItems !== maxItems) return out;
  out.prefixItems ??= Array.from({ length: minItems }, () => out.items);
  delete out.items;
  delete out.minItems;
  delete out.maxItems;
  return out;
}

const ast = await openapiTS(tuples(schema), {
  rootTypes: true,
  rootTypesNoSchemaPrefix: true,
  // What has a default may be left out of a request.
  defaultNonNullable: false,
});
const text = `/* Written by "make types" from schema.json; changes here are lost. */

${astToString(ast)}
/** Four corners: top-left, top-right, bottom-right, bottom-left of the upright line. */
export type Quad = Line['quad'];
`;
const out = new URL('types.ts', backend);
if (process.argv.includes('--check')) {
  if (readFileSync(out, 'utf8') !== text) {
    console.error('types: "make types" writes src/backend/types.ts again');
    process.exit(1);
  }
} else {
  const temporary = new URL('types.ts.tmp', backend);
  writeFileSync(temporary, text);
  renameSync(temporary, out);
}
