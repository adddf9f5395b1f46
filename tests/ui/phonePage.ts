import { readFile } from 'node:fs/promises';
import { createServer, type Server as Http } from 'node:http';
import { extname, join, normalize } from 'node:path';

import type { Page } from '@playwright/test';

import { ROOT } from './server.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.json': 'application/json',
};

/** Serves ui/dist, as the app serves it to its window. */
export async function servePage(): Promise<{ url: string; stop: () => void }> {
  const folder = join(ROOT, 'ui/dist');
  const server: Http = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://x').pathname);
    const file = join(folder, path === '/' ? 'index.html' : path);
    readFile(file).then(
      (bytes) => {
        response.writeHead(200, {
          'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
        });
        response.end(bytes);
      },
      () => {
        response.writeHead(404).end();
      },
    );
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return {
    url: `http://127.0.0.1:${address.port}/`,
    stop: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** What a test says of the phone that the page finds itself on, and what the page asked of it. */
export interface Phone {
  permission: string;
  /** What a person answers when asked. */
  answer: string;
  /** Code of what keeps frames away; `null` where nothing does. */
  trouble: string | null;
  asked: string[];
}

declare global {
  interface Window {
    phone: Phone;
  }
}

/** Gives the page a window's bridge whose other side is a phone with two cameras, played here. */
export async function onPhone(page: Page, permission: string, frame: Buffer): Promise<void> {
  await page.addInitScript(play, { permission, frame: frame.toString('base64') });
}

/** Runs in the page. */
function play({ permission, frame }: { permission: string; frame: string }): void {
  const bytes = Uint8Array.from(atob(frame), (c) => c.charCodeAt(0));
  const phone: Phone = { permission, answer: 'granted', trouble: null, asked: [] };
  window.phone = phone;
  const controls = { torch: true, min_zoom: 1, max_zoom: 8 };
  const picture = {
    id: 'a'.repeat(32),
    name: null,
    format: 'jpeg',
    width: 4000,
    height: 3000,
    bytes: bytes.length,
    decode_ms: 10,
  };
  const later = <T>(value: T) => new Promise<T>((resolve) => setTimeout(resolve, 30, value));
  const commands: Record<string, (args: Record<string, unknown>) => unknown> = {
    settings: () => ({}),
    samples: () => [],
    sample_clips: () => [],
    paths_to_open: () => [],
    'plugin:event|listen': () => 1,
    camera_list: () => [
      { id: '0', name: '', facing: 'back', controls },
      { id: '1', name: '', facing: 'front', controls: { ...controls, torch: false } },
    ],
    camera_open: () => {
      if (phone.permission !== 'granted') throw { code: 'camera_denied', message: 'no permission' };
      return null;
    },
    camera_frame: () => {
      if (phone.trouble !== null) throw { code: phone.trouble, message: 'the system has it' };
      return later(bytes.slice().buffer);
    },
    camera_freeze: () => picture,
    camera_close: () => null,
    picture_image: () => bytes.slice().buffer,
    close_picture: () => null,
    look: () => new Promise(() => undefined),
    cancel: () => null,
    'plugin:camera|permission': () => phone.permission,
    'plugin:camera|request_permission': () => (phone.permission = phone.answer),
    'plugin:camera|open_settings': () => null,
    'plugin:camera|set_torch': () => null,
    'plugin:camera|set_zoom': ({ ratio }) => ratio,
    'plugin:camera|focus': () => later(true),
  };
  let callbacks = 0;
  Object.assign(window, {
    __TAURI_EVENT_PLUGIN_INTERNALS__: { unregisterListener: () => undefined },
    __TAURI_INTERNALS__: {
      metadata: {
        currentWindow: { label: 'main' },
        currentWebview: { label: 'main', windowLabel: 'main' },
      },
      transformCallback: () => ++callbacks,
      unregisterCallback: () => undefined,
      convertFileSrc: (path: string) => path,
      async invoke(command: string, args: Record<string, unknown> = {}) {
        const known = commands[command];
        if (known === undefined) throw { code: 'unavailable', message: command };
        const said =
          command === 'camera_frame' || command.startsWith('plugin:event') ? '' : command;
        if (said !== '') {
          const { x, y, on, ratio, camera } = args;
          const values = [x, y, on, ratio, camera].filter((value) => value !== undefined);
          phone.asked.push([said, ...values].join(' '));
        }
        return known(args);
      },
    },
  });
}
