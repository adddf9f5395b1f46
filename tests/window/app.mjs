// One installation of the app in a folder of its own: settings, library, logs, downloads.

import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

import { Window, until } from './driver.mjs';
import { alive, running } from './process.mjs';

/** The program under test. */
export const BINARY = resolve(process.env.GLIMPSE_APP ?? 'target/debug/glimpse-app');

/** A sample picture. */
export const sample = (name) => resolve('assets/samples', name);

export class Installation {
  #open = [];

  constructor() {
    this.home = mkdtempSync(join(tmpdir(), 'glimpse-window-'));
    this.downloads = join(this.home, 'Downloads');
    mkdirSync(this.downloads);
    mkdirSync(join(this.home, 'config'));
    writeFileSync(join(this.home, 'config/user-dirs.dirs'), 'XDG_DOWNLOAD_DIR="$HOME/Downloads"\n');
    this.env = {
      ...process.env,
      HOME: this.home,
      LANG: 'C.UTF-8',
      LANGUAGE: 'en',
      XDG_CACHE_HOME: join(this.home, 'cache'),
      XDG_CONFIG_HOME: join(this.home, 'config'),
      XDG_DATA_HOME: join(this.home, 'data'),
    };
  }

  /** Opens the window under the driver. */
  async window(...args) {
    const window = await Window.open({ binary: BINARY, args, env: this.env });
    this.#open.push(window);
    return window;
  }

  /** Starts the program as a person does. `ended` resolves to its exit status, or its signal. */
  start(...args) {
    const process = spawn(BINARY, args, { env: this.env, stdio: ['ignore', 'ignore', 'pipe'] });
    const started = { pid: process.pid, process, log: '' };
    process.stderr.setEncoding('utf8').on('data', (text) => (started.log += text));
    started.ended = new Promise((done) => process.once('exit', (code, signal) => done(code ?? signal)));
    return started;
  }

  /** The process of the only running window. */
  pid() {
    return until('one running window', () => {
      const pids = running(BINARY);
      return pids.length === 1 && pids[0];
    });
  }

  /** The log file's text. */
  log() {
    const folder = join(this.env.XDG_DATA_HOME, 'app.glimpse.vision/logs');
    return readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join('');
  }

  /** Ends the window by a signal, as the end of a session does, and waits until it is gone. */
  async end(window) {
    const pid = await this.pid();
    process.kill(pid, 'SIGTERM');
    await until('the window to end', () => !alive(pid));
    await window.close();
    this.#open = this.#open.filter((open) => open !== window);
  }

  /** Ends what still runs and removes the folder. */
  async remove() {
    for (const window of this.#open) await window.close().catch(() => {});
    for (const pid of running(BINARY)) process.kill(pid, 'SIGKILL');
    await until('the window to end', () => running(BINARY).length === 0);
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 });
  }
}
