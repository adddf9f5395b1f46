import type { LiveHandle, LiveHandlers } from './backend';
import { GlimpseError, failureOf, pageError } from './failure';
import { frameNumber, readPicture } from './frames';
import type { LiveCommand, LiveEvent, LiveMessage, LiveStart } from './types';

/** Most frames that the engine has been given and has said nothing of. */
const MOST_UNANSWERED = 2;
/** A frame that nothing was said of for so long was left out by the engine: milliseconds. */
const PATIENCE_MS = 100;
/** Most bytes that wait to be sent; above, a frame comes too late to be of use. */
const MOST_BUFFERED = 1 << 20;
/** How long a session that is asked to stop may take to say how it ended: milliseconds. */
const LAST_WORDS_MS = 5000;

/** Counts the frames that were pushed and not yet answered. */
export class Unanswered {
  #waiting: { number: number; since: number }[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  pushed(number: number): void {
    this.#waiting.push({ number, since: this.now() });
  }

  /** An observation answers its frame and all before it. */
  answered(event: LiveEvent): void {
    if (event.type !== 'observation') return;
    const { frame } = event.observation;
    this.#waiting = this.#waiting.filter(({ number }) => number > frame);
  }

  get full(): boolean {
    const oldest = this.now() - PATIENCE_MS;
    this.#waiting = this.#waiting.filter(({ since }) => since > oldest);
    return this.#waiting.length >= MOST_UNANSWERED;
  }
}

/** A session's end: told once, and waited for by whoever stops it. */
export class Ending {
  readonly over: Promise<void>;
  #settle: () => void = () => undefined;
  isOver = false;

  constructor() {
    this.over = new Promise((resolve) => {
      this.#settle = resolve;
    });
  }

  reached(): void {
    this.isOver = true;
    this.#settle();
  }

  /** When it is over, or has taken too long. */
  async within(ms: number): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, ms);
    });
    await Promise.race([this.over, late]);
    clearTimeout(timer);
  }
}

/** What a session tells, whichever way it comes. */
export class Hearing {
  readonly unanswered = new Unanswered();
  readonly ending = new Ending();
  started = false;
  stopping = false;

  /** `close` lets go of the connection; it may be called again. */
  constructor(
    private readonly handlers: LiveHandlers,
    private readonly close: () => void,
  ) {}

  hear(message: LiveMessage): void {
    if (this.ending.isOver) return;
    if (message.type === 'failed') {
      this.fail(new GlimpseError(message.failure));
      return;
    }
    if (message.type === 'started') this.started = true;
    this.unanswered.answered(message);
    if (message.type === 'ended') this.ending.reached();
    this.handlers.event(message);
    if (message.type === 'ended') this.close();
  }

  show(picture: ArrayBuffer): void {
    if (!this.ending.isOver) this.handlers.picture?.(readPicture(picture));
  }

  fail(thrown: unknown): void {
    if (this.ending.isOver) return;
    this.ending.reached();
    if (!this.stopping) this.handlers.failed(new GlimpseError(failureOf(thrown)));
    this.close();
  }

  /** Whether a frame that is pushed now is of use. */
  get ready(): boolean {
    return this.started && !this.stopping && !this.ending.isOver && !this.unanswered.full;
  }

  /** When the last event came, or takes too long. */
  async stopped(): Promise<void> {
    await this.ending.within(LAST_WORDS_MS);
    this.ending.reached();
    this.close();
  }
}

/** Begins a session over a WebSocket at `url`. */
export function liveOverSocket(url: URL, start: LiveStart, handlers: LiveHandlers): LiveHandle {
  const socket = new WebSocket(url);
  socket.binaryType = 'arraybuffer';
  const hearing = new Hearing(handlers, () => {
    socket.close(1000);
  });
  /** What was said before there was a connection. */
  const early: (LiveStart | LiveCommand)[] = [start];
  const say = (message: LiveStart | LiveCommand) => {
    if (socket.readyState === WebSocket.CONNECTING) early.push(message);
    else if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
  };

  socket.onopen = () => {
    if (hearing.ending.isOver) socket.close(1000);
    else early.splice(0).forEach(say);
  };
  socket.onmessage = ({ data }: MessageEvent<string | ArrayBuffer>) => {
    try {
      if (typeof data === 'string') hearing.hear(parse(data));
      else hearing.show(data);
    } catch (thrown) {
      hearing.fail(thrown);
    }
  };
  socket.onclose = ({ code, reason }) => {
    const why = reason === '' ? `the connection ended (${String(code)})` : reason;
    hearing.fail(pageError('unreachable', why));
  };

  return {
    get ready() {
      return hearing.ready && socket.bufferedAmount < MOST_BUFFERED;
    },
    get bufferedAmount() {
      return socket.bufferedAmount;
    },
    push(frame) {
      if (!this.ready) return false;
      hearing.unanswered.pushed(frameNumber(frame));
      socket.send(frame);
      return true;
    },
    command: say,
    stop() {
      if (!hearing.stopping) {
        hearing.stopping = true;
        if (socket.readyState === WebSocket.CONNECTING) hearing.ending.reached();
        say({ type: 'stop' });
      }
      return hearing.stopped();
    },
  };
}

function parse(text: string): LiveMessage {
  try {
    return JSON.parse(text) as LiveMessage;
  } catch {
    throw pageError('protocol', `not JSON: ${text.slice(0, 80)}`);
  }
}
