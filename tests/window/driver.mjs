// A client of the WebDriver protocol (W3C), as far as these tests need it, and the app's process
// behind it: WebKitWebDriver starts the app and talks to its page.

import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const ELEMENT = 'element-6066-11e4-a52e-4f735466cecf';

/** Waits until `probe` gives something other than null, undefined or false. */
export async function until(what, probe, ms = 20_000) {
  const end = Date.now() + ms;
  let last;
  do {
    try {
      const value = await probe();
      if (value !== null && value !== undefined && value !== false) return value;
      last = undefined;
    } catch (error) {
      last = error;
    }
    await sleep(50);
  } while (Date.now() < end);
  throw new Error(`waited ${ms} ms for ${what}`, { cause: last });
}

async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** The app with its window, under a driver. */
export class Window {
  #base;
  #driver;
  #session;

  /** Starts `binary` with `args`; `env` replaces the environment. */
  static async open({ binary, args = [], env }) {
    const window = new Window();
    const port = await freePort();
    window.#base = `http://127.0.0.1:${port}`;
    window.#driver = spawn('WebKitWebDriver', [`--port=${port}`, '--host=127.0.0.1'], {
      env: { ...env, TAURI_AUTOMATION: 'true', TAURI_WEBVIEW_AUTOMATION: 'true' },
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    await until('the driver', async () => (await window.#request('GET', '/status')).ready);
    const capabilities = { alwaysMatch: { 'webkitgtk:browserOptions': { binary, args } } };
    const { sessionId } = await window.#request('POST', '/session', { capabilities });
    window.#session = `/session/${sessionId}`;
    await window.#request('POST', `${window.#session}/timeouts`, { script: 30_000 });
    return window;
  }

  async #request(method, path, body) {
    const response = await fetch(this.#base + path, {
      method,
      headers: { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(60_000),
    });
    const { value } = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${value.error}: ${value.message}`);
    return value;
  }

  /** Runs the body of a function in the page; `args` are its `arguments`. */
  run(script, ...args) {
    return this.#request('POST', `${this.#session}/execute/sync`, { script, args });
  }

  /** Runs the body of an async function in the page, and gives what it resolves to. */
  async runAsync(script, ...args) {
    const wrapped = `const done = arguments[arguments.length - 1];
      (async (...args) => { ${script} })(...Array.from(arguments).slice(0, -1))
        .then((ok) => done({ ok }), (error) => done({ error: error?.message ?? String(error) }));`;
    const body = { script: wrapped, args };
    const { ok, error } = await this.#request('POST', `${this.#session}/execute/async`, body);
    if (error !== undefined) throw new Error(error);
    return ok;
  }

  /** The first element that `selector` finds; waits for it. */
  find(selector, ms) {
    const query = { using: 'css selector', value: selector };
    return until(
      selector,
      async () => (await this.#request('POST', `${this.#session}/element`, query))[ELEMENT],
      ms,
    );
  }

  /** Clicks the first element that `selector` finds, as a person would. */
  async click(selector) {
    await this.#request('POST', `${this.#session}/element/${await this.find(selector)}/click`, {});
  }

  /** Presses keys on the page. */
  async type(keys) {
    const actions = [...keys].flatMap((value) => [
      { type: 'keyDown', value },
      { type: 'keyUp', value },
    ]);
    const keyboard = { type: 'key', id: 'keyboard', actions };
    await this.#request('POST', `${this.#session}/actions`, { actions: [keyboard] });
  }

  /** Presses keys on the page at once, as Ctrl+V, and lets go of them. */
  async chord(...keys) {
    const actions = [
      ...keys.map((value) => ({ type: 'keyDown', value })),
      ...keys.toReversed().map((value) => ({ type: 'keyUp', value })),
    ];
    const keyboard = { type: 'key', id: 'keyboard', actions };
    await this.#request('POST', `${this.#session}/actions`, { actions: [keyboard] });
  }

  /** The visible text of the page. */
  text() {
    return this.run('return document.body.innerText');
  }

  /** Waits for `pattern` in the visible text, and gives the text. */
  shows(pattern, ms) {
    return until(
      `the page to show ${pattern}`,
      async () => {
        const text = await this.text();
        return pattern.test(text) && text;
      },
      ms,
    );
  }

  /** A screenshot as PNG. */
  async screenshot() {
    return Buffer.from(await this.#request('GET', `${this.#session}/screenshot`), 'base64');
  }

  /** Ends the driver, and with it what still runs of the app. */
  async close() {
    await this.#request('DELETE', this.#session).catch(() => {});
    const ended = new Promise((resolve) => this.#driver.once('exit', resolve));
    this.#driver.kill();
    await ended;
  }
}
