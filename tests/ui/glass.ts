import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';

import { type CDPSession, expect, type Page } from '@playwright/test';

import { sample, test, visit } from './fixtures.ts';
import {
  CAMERA,
  CODE,
  type Glass,
  install,
  type Passage,
  type Places,
  readCodes,
} from './glassPage.ts';

/** As ui/src/views/lens/live/stamp.ts draws it. */
const RESULT = { bits: 24, cell: 8 };
/** How long is measured, after the first results, in milliseconds. */
const MEASURED_MS = Number(process.env.GLASS_MS ?? 20_000);
/** The median may be no more, in milliseconds. */
const BOUND_MS = Number(process.env.GLASS_BOUND_MS ?? 120);

interface Shot {
  /** When it was on the screen, in the page's clock. */
  at: number;
  picture: string;
}

test('from the camera to what is drawn over its picture', async ({ app, server, context }) => {
  const photo = (await readFile(sample('photos/cat.jpg'))).toString('base64');
  await context.addInitScript(install, { photo, code: CODE, camera: CAMERA });
  await app.setViewportSize({ width: 1000, height: 600 });
  await visit(app, server, 'lens/live?stamp');
  await app.reload();
  await app.getByRole('button', { name: 'Use the camera' }).click();
  await expect(app.getByRole('tabpanel').getByRole('button', { name: /^cat #/ })).toBeVisible({
    timeout: 60_000,
  });
  await app.waitForTimeout(3000);
  const places = await codePlaces(app);
  const load = loadavg()[0]!;
  const shots = await watchScreen(await context.newCDPSession(app), app);
  const passages = new Map(
    await app.evaluate(() => [
      ...(globalThis as unknown as { glass: Glass }).glass.passages.entries(),
    ]),
  );
  const reader = await context.newPage();
  const codes = await reader.evaluate(readCodes, {
    frames: shots.map(({ picture }) => picture),
    places,
  });
  await reader.close();

  const { result, rows } = measure(shots, codes, passages);
  console.log(`\nload of the machine: ${load.toFixed(1)} (${shots.length} pictures of the screen)`);
  console.log(
    ['| from … to | count | median ms | p90 ms |', '|---|---:|---:|---:|', ...rows].join('\n'),
  );
  expect(result.length, 'results seen on the screen').toBeGreaterThan(20);
  expect(median(result)).toBeLessThan(BOUND_MS);
});

/** Where the two bar codes are on the screen: the video fills its stage without being cut. */
async function codePlaces(page: Page): Promise<Places> {
  const stage = await page.locator('canvas').first().boundingBox();
  if (stage === null) throw new Error('there is no stage');
  const scale = Math.min(stage.width / CAMERA.width, stage.height / CAMERA.height);
  return {
    camera: {
      x: stage.x + (stage.width - CAMERA.width * scale) / 2,
      y: stage.y + (stage.height - CAMERA.height * scale) / 2,
      cell: CODE.cell * scale,
      bits: CODE.bits,
    },
    result: { x: stage.x, y: stage.y + stage.height - RESULT.cell, ...RESULT },
  };
}

/** Pictures of the screen as the compositor hands them on, with its time stamps. */
async function watchScreen(cdp: CDPSession, page: Page): Promise<Shot[]> {
  const origin = await page.evaluate(() => performance.timeOrigin);
  const shots: Shot[] = [];
  cdp.on('Page.screencastFrame', ({ data, metadata, sessionId }) => {
    void cdp.send('Page.screencastFrameAck', { sessionId });
    if (metadata.timestamp) shots.push({ at: metadata.timestamp * 1000 - origin, picture: data });
  });
  await cdp.send('Page.startScreencast', { format: 'jpeg', quality: 70, everyNthFrame: 1 });
  await page.waitForTimeout(MEASURED_MS);
  await cdp.send('Page.stopScreencast');
  return shots;
}

function measure(
  shots: Shot[],
  codes: { camera: number | null; result: number | null }[],
  passages: Map<number, Passage>,
): { result: number[]; rows: string[] } {
  const pictureAge: number[] = [];
  const resultAge: number[] = [];
  const parts = { push: [], engine: [], wire: [], paint: [], result: [] } as Record<
    'push' | 'engine' | 'wire' | 'paint' | 'result',
    number[]
  >;
  const stages = new Map<string, number[]>();
  const known = new Set<number>();
  shots.forEach(({ at }, i) => {
    const { camera, result } = codes[i]!;
    if (camera !== null) pictureAge.push(at - camera);
    const passage = result === null ? undefined : passages.get(result);
    if (result === null || passage?.received === undefined) return;
    resultAge.push(at - passage.stamp);
    // A result counts once: when it is first seen.
    if (known.has(result)) return;
    known.add(result);
    const frame = passage.stages?.find(({ stage }) => stage === 'frame')?.ms ?? 0;
    parts.push.push(passage.sent - passage.stamp);
    parts.engine.push(frame);
    parts.wire.push(passage.received - passage.sent - frame);
    parts.paint.push(at - passage.received);
    parts.result.push(at - passage.stamp);
    for (const { stage, ms } of passage.stages ?? []) {
      stages.set(stage, [...(stages.get(stage) ?? []), ms]);
    }
  });
  const row = (name: string, all: number[]) =>
    `| ${name} | ${all.length} | ${median(all).toFixed(1)} | ${quantile(all, 0.9).toFixed(1)} |`;
  return {
    result: parts.result,
    rows: [
      row('stamp → sent (capture, push)', parts.push),
      row('sent → result here, less the engine (wire, queue, deliver)', parts.wire),
      row('in the engine', parts.engine),
      ...[...stages]
        .filter(([stage]) => stage !== 'frame')
        .map(([stage, all]) => row(`– ${stage}`, all)),
      row('result here → on the screen (paint)', parts.paint),
      row('**stamp → result on the screen**', parts.result),
      row('age of the picture on the screen, at any moment', pictureAge),
      row('age of the result on the screen, at any moment', resultAge),
    ],
  };
}

function quantile(all: number[], q: number): number {
  const sorted = [...all].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] ?? Number.NaN;
}

const median = (all: number[]): number => quantile(all, 0.5);
