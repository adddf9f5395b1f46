// The real window, with the real engine: what a person does with it.

import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';

import { BINARY, Installation, sample } from './app.mjs';
import { until } from './driver.mjs';
import { alive, began, memory, running } from './process.mjs';

/** The key in WebDriver's terms. */
const CONTROL = '\uE009';

let app;
beforeEach(() => {
  app = new Installation();
});
afterEach(() => app.remove());

/** Calls a command as the page does; gives `{ok}` or `{failure}`. */
const invoke = (window, command, args = {}) =>
  window.runAsync(
    `try { return { ok: (await window.__TAURI_INTERNALS__.invoke(...args)) ?? null } }
     catch (failure) { return { failure } }`,
    command,
    args,
  );

/** Runs one of the scripts that stand for another program. */
const python = (script, ...args) =>
  execFileSync('/usr/bin/python3', [join('tests/window', script), ...args], { timeout: 30_000 });

/** Holds a file on the clipboard, offered as `type`, until the process that is given ends. */
async function holdOnClipboard(type, file) {
  const script = join('tests/window', 'clipboard.py');
  const holder = spawn('/usr/bin/python3', [script, type, file], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(holder.stdout, 'data');
  return holder;
}

/** Drops a file on the page, as the page would see it. */
const drop = (window, name, bytes) =>
  window.run(
    `const [name, base64] = arguments;
     const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
     const dataTransfer = new DataTransfer();
     dataTransfer.items.add(new File([bytes], name));
     const options = { bubbles: true, cancelable: true, dataTransfer };
     for (const type of ['dragenter', 'dragover', 'drop'])
       document.body.dispatchEvent(new DragEvent(type, options));`,
    name,
    bytes.toString('base64'),
  );

test('a picture that it is started with is read', async (t) => {
  const window = await app.window(sample('sign.jpg'));
  const text = await window.shows(/HARBOUR LANE[\s\S]*Ferry Terminal/);
  assert.match(text, /350 m/);

  const usable = await window.run(
    `return performance.timeOrigin + performance.getEntriesByName('glimpse:usable')[0].startTime`,
  );
  t.diagnostic(`start to usable under the driver: ${Math.round(usable - began(await app.pid()))} ms`);
});

test('a dropped picture is read, described and searched', async () => {
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  await drop(window, 'cat.jpg', readFileSync(sample('photos/cat.jpg')));
  await window.shows(/No text on this picture|line/);
  await window.click('[role=tab][id$=describe]');
  await window.shows(/\bcat\b/i);
  await window.click('[role=tab][id$=find]');
  await window.shows(/object/);
});

test('what is dragged from another program is read', async () => {
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  python('drag.py', 'Glimpse', sample('sign.jpg'));
  await window.shows(/HARBOUR LANE/);
  python('drag.py', 'Glimpse', sample('photos/cat.jpg'), sample('page.png'));
  await window.shows(/No text on this picture/);
  // A picture that is open stays when something else is dragged there.
  python('drag.py', 'Glimpse', resolve('README.md'));
  await window.shows(/This is not a picture/);
});

test('a picture on the clipboard is pasted by keys', async () => {
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  const page = await holdOnClipboard('image/png', sample('page.png'));
  try {
    await window.chord(CONTROL, 'v');
    await window.shows(/\d+ lines/);
  } finally {
    page.kill();
  }
  // Text is no picture, which is told.
  const text = await holdOnClipboard('text/plain', resolve('README.md'));
  try {
    await window.chord(CONTROL, 'v');
    await window.shows(/no picture/i);
  } finally {
    text.kill();
  }
});

test('what is no picture, and a damaged one, are told in plain words', async () => {
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  await drop(window, 'notes.txt', Buffer.from('no picture'));
  await window.shows(/This is not a picture/);
  await drop(window, 'cut.jpg', readFileSync(sample('sign.jpg')).subarray(0, 3000));
  await window.shows(/The picture is damaged/);
  await drop(window, 'sign.jpg', readFileSync(sample('sign.jpg')));
  await window.shows(/HARBOUR LANE/);
});

test('a second start hands its picture over and ends', async () => {
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  const first = await app.pid();
  const picture = join(app.home, 'Grüße #1.jpg');
  copyFileSync(sample('sign.jpg'), picture);

  const second = app.start(picture);
  assert.equal(await second.ended, 0, second.log);
  await window.shows(/HARBOUR LANE/);
  assert.deepEqual(running(BINARY), [first]);
});

test('settings survive a restart, and a wrong one is refused', async () => {
  let window = await app.window();
  await window.shows(/Nothing leaves this device/);
  const { ok: before } = await invoke(window, 'settings');
  assert.equal(before.theme, 'system');
  const wished = { ...before, theme: 'dark', language: 'de', min_confidence: 0.75 };
  const { ok: set } = await invoke(window, 'set_settings', { settings: wished });
  assert.deepEqual(set, wished);
  const wrong = await invoke(window, 'set_settings', { settings: { ...wished, min_score: 7 } });
  assert.equal(wrong.failure.code, 'bad_request');
  await app.end(window);

  window = await app.window();
  await window.shows(/Nichts verlässt dieses Gerät|Bild/);
  assert.deepEqual((await invoke(window, 'settings')).ok, wished);
  assert.equal(await window.run('return document.documentElement.lang'), 'de');
});

test('the page may open what was chosen, and nothing else', async () => {
  const window = await app.window(sample('sign.jpg'));
  await window.shows(/HARBOUR LANE/);
  for (const path of ['/etc/passwd', sample('receipt.jpg'), '../../etc/passwd', '', 'x'.repeat(100_000)]) {
    const { failure } = await invoke(window, 'open_path', { path });
    assert.equal(failure?.code, 'bad_request', path.slice(0, 80));
  }
  assert.equal((await invoke(window, 'open_path', { path: sample('sign.jpg') })).ok.name, 'sign.jpg');
});

test('every command is there, and what it is given is checked', async () => {
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  const permissions = readdirSync('src-tauri/permissions')
    .map((name) => readFileSync(join('src-tauri/permissions', name), 'utf8'))
    .join('');
  const commands = [...permissions.matchAll(/"([a-z_]+)"(?=,|\])/g)].map(([, name]) => name);
  assert.ok(commands.length > 25, `${commands.length} commands`);
  for (const command of commands.filter((name) => name !== 'library_clear')) {
    const { failure } = await invoke(window, command, { id: ['wrong'], settings: 7, picture: null });
    assert.doesNotMatch(String(failure?.message ?? failure), /not found$|not allowed/, command);
  }
  const unknown = await invoke(window, 'no_such_command');
  assert.match(String(unknown.failure), /not found|not allowed/);
  for (const command of ['plugin:window|set_title', 'plugin:fs|read_file', 'plugin:shell|execute']) {
    assert.match(String((await invoke(window, command)).failure), /not allowed|not found/, command);
  }
  const none = 'f'.repeat(32);
  assert.equal((await invoke(window, 'close_picture', { id: none })).failure.code, 'unknown_picture');
  assert.equal((await invoke(window, 'open_picture', {})).failure.code, 'bad_request');
  assert.equal((await invoke(window, 'open_sample', { name: '../packs.toml' })).failure.code, 'unknown_sample');
});

test('the page cannot leave, load from elsewhere, or run what is not its own', async () => {
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  const outcome = await window.runAsync(`
    const violations = [];
    document.addEventListener('securitypolicyviolation', (event) => violations.push(event.effectiveDirective));
    const script = document.createElement('script');
    script.textContent = 'window.injected = true';
    document.head.append(script);
    const fetched = await fetch('http://127.0.0.1:9/').then(() => true, () => false);
    const evaluated = (() => { try { return new Function('return true')(); } catch { return false; } })();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return { injected: window.injected === true, fetched, evaluated, violations };`);
  assert.deepEqual({ ...outcome, violations: undefined }, {
    injected: false,
    fetched: false,
    evaluated: false,
    violations: undefined,
  });
  assert.ok(outcome.violations.some((directive) => directive.startsWith('connect-src')), outcome.violations);
  await window.run(`location.href = 'http://127.0.0.1:9/'`);
  await sleep(300);
  assert.match(await window.run('return location.href'), /^tauri:\/\/localhost/);
  assert.equal(await window.run('return typeof window.__TAURI__'), 'undefined');
});

test('a look is cancelled by its id, which no other may have meanwhile', async () => {
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  const { ok: picture } = await invoke(window, 'open_sample', { name: 'page.png' });
  const codes = await window.runAsync(
    `const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
     const look = () => {
       const events = '__CHANNEL__:' + transformCallback(() => {});
       const request = { task: 'read' };
       return invoke('look', { id: args[0], request, look: 'one', events }).then(
         () => 'done', (failure) => failure.code);
     };
     const looks = [look(), look()];
     const refused = await Promise.race(looks);
     await invoke('cancel', { look: 'one' });
     return [refused, ...(await Promise.all(looks)).sort()];`,
    picture.id,
  );
  assert.deepEqual(codes, ['bad_request', 'bad_request', 'cancelled']);
});

test('it is usable soon, small when idle, and ends in order when it is closed', async (t) => {
  const started = app.start();
  await until('the page', () => /the page is loaded/.test(started.log));
  const ms = Number(/the page is loaded.*?ms\S*?=\S*?(\d+)/.exec(started.log)[1]);
  await sleep(3000);
  const processes = memory(started.pid);
  const bytes = processes.reduce((sum, { bytes }) => sum + bytes, 0);
  t.diagnostic(`start to loaded page: ${ms} ms`);
  assert.ok(ms > 0 && ms < 5000, `${ms} ms; this machine may be busy, but not that busy`);
  t.diagnostic(`idle memory (PSS): ${(bytes / 2 ** 20).toFixed(0)} MiB`);
  for (const { name, bytes } of processes) t.diagnostic(`  ${name}: ${(bytes / 2 ** 20).toFixed(0)} MiB`);

  python('close.py', 'Glimpse');
  assert.equal(await started.ended, 0, started.log);
  assert.match(app.log(), /Glimpse starts[\s\S]*Glimpse ends/);
  await until('all its processes to end', () => !processes.some(({ pid }) => alive(pid)));
});

test('a frame of the camera is shown, frozen and read', async () => {
  app.env.GLIMPSE_CAMERA = sample('sign.jpg');
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  const { ok: cameras } = await invoke(window, 'camera_list');
  assert.ok(cameras.some(({ id, name }) => id === 'file' && name === 'sign.jpg'), cameras);
  assert.equal((await invoke(window, 'camera_frame')).failure.code, 'camera');
  assert.equal((await invoke(window, 'camera_open', { camera: '999' })).failure.code, 'camera_none');
  await invoke(window, 'camera_open', { camera: 'file' });
  const starts = await window.runAsync(
    `const frame = new Uint8Array(await window.__TAURI_INTERNALS__.invoke('camera_frame'));
     return [...frame.slice(0, 2)];`,
  );
  assert.deepEqual(starts, [0xff, 0xd8]);
  const { ok: picture } = await invoke(window, 'camera_freeze');
  assert.deepEqual([picture.width, picture.height, picture.format], [800, 600, 'rgb']);
  await invoke(window, 'camera_close');
  assert.equal((await invoke(window, 'camera_freeze')).failure.code, 'camera');
});

test('live video of the camera is watched, shown and ended', async () => {
  app.env.GLIMPSE_CAMERA = sample('photos/cat.jpg');
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  const outcome = await window.runAsync(`
    const { invoke, transformCallback } = window.__TAURI_INTERNALS__;
    const told = [];
    const channel = transformCallback(({ message }) => message && told.push(message));
    const until = async (what, found) => {
      for (let i = 0; i < 600; i++) {
        const event = told.find(found);
        if (event) return event;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      throw new Error(what + ' did not come: ' + JSON.stringify(told).slice(0, 500));
    };
    try {
      const stages = { find: true, tags: false, read: false, caption: false };
      const start = { source: { type: 'camera', id: 'file' }, options: { stages }, pictures: true };
      const session = await invoke('live_start', { start, events: '__CHANNEL__:' + channel });
      const isCat = ({ type, observation }) =>
        type === 'observation' && observation.objects.some(({ label }) => label === 'cat');
      await until('a cat', isCat);
      const frame = new Uint8Array(await invoke('live_frame', { session, after: 0 }));
      await invoke('live_command', { session, command: { type: 'stop' } });
      const ended = await until('the end', ({ type }) => type === 'ended');
      return { first: told[0].type, reason: ended.reason, jpeg: [...frame.slice(16, 18)] };
    } catch (failure) { return { failure: failure.message ?? failure } }`);
  assert.deepEqual(outcome, { first: 'started', reason: 'stopped', jpeg: [0xff, 0xd8] });
  const command = { type: 'stop' };
  const over = await until('its number to be free', async () => {
    const { failure } = await invoke(window, 'live_command', { session: 1, command });
    return failure?.code;
  });
  assert.equal(over, 'bad_request');
  const elsewhere = { source: { type: 'path', path: '/etc/passwd' } };
  const { failure } = await invoke(window, 'live_start', { start: elsewhere, events: '__CHANNEL__:1' });
  assert.equal(failure.code, 'bad_request');
  assert.ok((await invoke(window, 'sample_clips')).ok.some(({ name }) => name === 'tour.mp4'));
});

test('what was read is kept, found again, exported and deleted', async () => {
  const window = await app.window(sample('sign.jpg'));
  await window.shows(/HARBOUR LANE/);
  const query = { words: 'harbour' };
  const item = await until('the library', async () => {
    const { ok } = await invoke(window, 'library', { query });
    return ok?.items[0];
  });
  assert.match(item.text, /HARBOUR LANE/);
  const starts = await window.runAsync(
    `const invoke = window.__TAURI_INTERNALS__.invoke;
     const texts = [];
     for (const format of ['text', 'markdown', 'json', 'pdf', 'hocr'])
       texts.push(new TextDecoder('latin1').decode(await invoke('library_export', { id: args[0], format })));
     return texts.map((text) => text.includes('HARBOUR') || text.startsWith('%PDF-'));`,
    item.id,
  );
  assert.deepEqual(starts, [true, true, true, true, true]);
  assert.equal((await invoke(window, 'library_delete', { id: item.id })).failure, undefined);
  assert.equal((await invoke(window, 'library', { query })).ok.total, 0);
  assert.equal((await invoke(window, 'library_entry', { id: item.id })).failure.code, 'unknown_item');
});

test('what the page saves goes to the downloads', async () => {
  const window = await app.window();
  await window.shows(/Nothing leaves this device/);
  const save = `const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob(['saved'], { type: 'text/plain' }));
    link.download = 'note.txt';
    link.click();`;
  const saved = () => readdirSync(app.downloads).filter((name) => name.startsWith('note'));
  for (const count of [1, 2]) {
    await window.run(save);
    await until(`${count} files`, () => saved().length === count);
  }
  for (const name of saved()) assert.equal(readFileSync(join(app.downloads, name), 'utf8'), 'saved');
});

test('without a display it says so and ends', async () => {
  delete app.env.DISPLAY;
  delete app.env.WAYLAND_DISPLAY;
  const started = app.start();
  assert.equal(await started.ended, 1, started.log);
  assert.match(started.log, /there is no display/);
  assert.doesNotMatch(started.log, /panicked/);
});

test('a signal ends it in order', async () => {
  const started = app.start(sample('page.png'));
  await until('the page', () => /the page is loaded/.test(started.log));
  process.kill(started.pid, 'SIGTERM');
  assert.equal(await started.ended, 0, started.log);
  assert.match(app.log(), /Glimpse ends/);
});
