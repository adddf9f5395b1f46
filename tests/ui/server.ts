import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

/** The root of the repository. */
export const ROOT = new URL('../../', import.meta.url).pathname;

/** The command under test. */
const GLIMPSE = process.env.GLIMPSE ?? join(ROOT, 'target/debug/glimpse');

/** A running `glimpse serve` with a data folder of its own. */
export class Server {
  private constructor(
    private readonly child: ChildProcess,
    /** Address with a slash at its end. */
    readonly url: string,
    readonly data: string,
  ) {}

  /** Starts it on a free port of the loopback interface, or on `port`. */
  static async start(options: { data?: string; port?: number } = {}): Promise<Server> {
    const data = options.data ?? (await mkdtemp(join(tmpdir(), 'glimpse-ui-')));
    const args = [
      'serve',
      '--port',
      String(options.port ?? 0),
      '--data',
      data,
      '--ui',
      join(ROOT, 'ui/dist'),
    ];
    const child = spawn(GLIMPSE, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface({ input: child.stdout! });
    const failed = once(child, 'exit').then(([code]) => {
      throw new Error(`glimpse serve ended with ${code} before it told its address`);
    });
    failed.catch(() => undefined);
    const told = (async () => {
      for await (const line of lines) {
        const address = /http:\/\/\S+/.exec(line);
        if (address) return address[0];
      }
      throw new Error('glimpse serve told no address');
    })();
    const url = await Promise.race([told, failed]);
    return new Server(child, url, data);
  }

  /** Its process. */
  get pid(): number {
    return this.child.pid!;
  }

  /** Sends JSON to one of its addresses, and gives what it answers. */
  async put(path: string, value: unknown): Promise<unknown> {
    const response = await fetch(`${this.url}api/v1/${path}`, {
      method: 'PUT',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
    });
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
    return response.json();
  }

  /** Ends it as Ctrl-C would, and resolves to its exit status. */
  async stop(): Promise<number | null> {
    if (this.child.exitCode !== null) return this.child.exitCode;
    const ended = once(this.child, 'exit');
    this.child.kill('SIGTERM');
    const [code] = await ended;
    return code as number | null;
  }

  /** Removes what it kept. */
  async forget(): Promise<void> {
    await rm(this.data, { recursive: true, force: true });
  }
}
