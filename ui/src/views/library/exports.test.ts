import { expect, it } from 'vitest';

import { fileName } from './exports';

it.each([
  ['receipt.jpg', 'receipt.pdf'],
  ['a.b.png', 'a.b.pdf'],
  [null, 'glimpse.pdf'],
  ['', 'glimpse.pdf'],
  ['...', 'glimpse.pdf'],
  ['../../etc/passwd', 'passwd.pdf'],
  ['photos/cat.jpg', 'cat.pdf'],
  ['C:\\Users\\x\\cat.jpg', 'cat.pdf'],
  ['a\u0000b\u202egpj.exe', 'a b gpj.pdf'],
  ['Foto süß 写真.heic', 'Foto süß 写真.pdf'],
])('names the export of %j %j', (name, file) => {
  expect(fileName(name, 'pdf')).toBe(file);
});
