import { drop, expect, sample, test } from './fixtures.ts';

const DROPS = 21;

const CASES = [
  ['sign.jpg', 'Read', /^\d+ lines?$/],
  ['receipt.jpg', 'Read', /^\d+ lines?$/],
  ['page.png', 'Read', /^\d+ lines?$/],
  ['photos/coffee.jpg', 'Describe', /What the whole picture shows/],
  ['photos/cat.jpg', 'Find', /^\d+ objects?$/],
] as const;

test('from a drop to the result on the screen', async ({ app }) => {
  const rows = ['| picture | mode | median ms | least ms | most ms |', '|---|---|---:|---:|---:|'];
  for (const [name, mode, done] of CASES) {
    const times: number[] = [];
    for (let run = 0; run <= DROPS; run += 1) {
      await app.evaluate(() => performance.clearMeasures());
      await drop(
        app.locator('body'),
        sample(name),
        name.endsWith('png') ? 'image/png' : 'image/jpeg',
      );
      if (run === 0) await app.getByRole('tab', { name: mode, exact: true }).click();
      await expect(app.getByRole('tabpanel').getByText(done)).toBeVisible();
      const measured = () =>
        app.evaluate(() =>
          performance.getEntriesByName('glimpse:drop-to-result').map((entry) => entry.duration),
        );
      if (run === 0) continue; // It warms up, and was begun in the mode of the case before.
      await expect.poll(async () => (await measured()).length).toBe(1);
      times.push(...(await measured()));
    }
    times.sort((a, b) => a - b);
    const [least, median, most] = [times[0]!, times[Math.floor(times.length / 2)]!, times.at(-1)!];
    rows.push(
      `| ${name} | ${mode} | ${[median, least, most].map((ms) => ms.toFixed(0)).join(' | ')} |`,
    );
  }
  console.log(`\n${rows.join('\n')}\n`);
});
