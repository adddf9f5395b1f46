import {
  backend,
  GlimpseError,
  failureOf,
  pageError,
  type AdaptState,
  type EndReason,
  type Failure,
  type LiveEvent,
  type LiveHandle,
  type LiveOptions,
  type LivePicture,
  type Moment,
  type Observation,
  type Telemetry,
} from '$/backend';

import { settings } from '$/state/settings.svelte';

import { awaitCamera } from './camera';
import { openFeed, Pictures, type Choice, type Feed } from './feed';
import { grabFrom } from './grab';
import { Keeper } from './keeper';
import { SessionLog, type SessionAbout } from './log';
import { Overlay } from './overlay';
import { Pusher } from './pusher';
import { Ring } from './ring';
import { Series } from './series';

/**
 * `start`: nothing was chosen. `asking`: a person is asked for the camera. `ended`: it is over, by
 * itself or by the person; what was seen last can still be looked at, as with `failed`.
 */
export type Phase = 'start' | 'asking' | 'opening' | 'running' | 'paused' | 'ended' | 'failed';

/** Why it is over. */
export type Over = 'end_of_source' | 'stopped' | 'source_failed' | 'engine_failed' | 'hidden';

/** What is the matter while it goes on. */
export type Trouble = 'gone' | 'stalled' | 'lost' | 'damaged' | 'returned';

/** Lists change so often at most, in milliseconds: faster could not be read. */
const LISTS_MS = 150;
/** A source that shows no frame for so long is said to be stalled, in milliseconds. */
const STALLED_MS = 2_000;
/** How long it is said that frames come again, in milliseconds. */
const RETURNED_MS = 4_000;
const MOST_MOMENTS = 256;

function keptOptions(): LiveOptions {
  const { policy, stages, power_mw } = settings.current.live;
  return {
    policy,
    stages: { ...stages },
    budget: { power_mw: power_mw ?? null },
  };
}

/** A session of live video and what is known of it. One is open at a time. */
export class LiveRun {
  phase = $state<Phase>('start');
  failure = $state.raw<Failure | null>(null);
  over = $state<Over | null>(null);
  trouble = $state<Trouble | null>(null);
  choice = $state.raw<Choice | null>(null);
  /** Size of the frames, in pixels. */
  size = $state.raw({ width: 0, height: 0 });
  video = $state.raw<HTMLVideoElement | null>(null);
  cameras = $state(0);
  options = $state.raw<LiveOptions>(keptOptions());
  adapt = $state.raw<AdaptState | null>(null);
  telemetry = $state.raw<Telemetry | null>(null);
  /** The newest result, as often as lists may change. */
  seen = $state.raw<Observation | null>(null);
  moments = $state.raw<Moment[]>([]);
  /** The moment of the last seconds that is looked at; `null`: now. */
  scrub = $state<number | null>(null);
  /** What can be looked at again, in milliseconds of the frames' time. */
  span = $state.raw<{ from: number; to: number } | null>(null);
  /** Frames that this page did not send. */
  leftOut = $state(0);
  /** What is lit, in lists and on the picture. */
  lit = $state<string | null>(null);

  readonly overlay: Overlay;
  readonly ring = new Ring();
  readonly log = new SessionLog();
  readonly series = new Series();
  /** The picture that the engine sent last; whoever draws it leaves it open. */
  bitmap: ImageBitmap | null = null;
  /** Time of the frame that is shown, in milliseconds of the frames' time. */
  shownAt = 0;
  /** Counts what is to be drawn anew. */
  changes = 0;

  #run = new AbortController();
  #handle: LiveHandle | null = null;
  #feed: Feed | null = null;
  #pusher: Pusher | null = null;
  #pictures: Pictures | null = null;
  #keeper: Keeper;
  #ends: (() => void)[] = [];
  #base: number | null = null;
  #frameSeen = 0;
  #listed = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #returned: ReturnType<typeof setTimeout> | undefined;
  #about: SessionAbout = {
    source: '',
    name: null,
    began: '',
    width: 0,
    height: 0,
  };

  constructor(calm: () => boolean) {
    this.overlay = new Overlay(calm);
    this.#keeper = new Keeper(this.ring);
  }

  get active(): boolean {
    return ['asking', 'opening', 'running', 'paused'].includes(this.phase);
  }

  /** Whether there is anything to look at. */
  get hasPicture(): boolean {
    return this.span !== null || this.phase === 'running' || this.phase === 'paused';
  }

  get about(): SessionAbout {
    return { ...this.#about, ...this.size };
  }

  /** Ends what runs, and begins with another source. */
  async start(choice: Choice): Promise<void> {
    const released = this.#release();
    const run = this.#run;
    await released;
    if (run.signal.aborted) return;
    this.#forget();
    this.#keeper.begin();
    this.choice = choice;
    this.phase = choice.kind === 'camera' ? 'asking' : 'opening';
    try {
      const feed = await openFeed(choice, this.#listener(run.signal), run.signal);
      if (run.signal.aborted) {
        feed.close();
        return;
      }
      this.phase = 'opening';
      this.#adopt(feed);
      this.#about = {
        source: choice.kind,
        name: feed.name,
        began: new Date().toISOString(),
        width: 0,
        height: 0,
      };
      const pictures = feed.video === null;
      this.#pictures = pictures
        ? new Pictures((...shown) => {
            this.#pictureShown(...shown);
          })
        : null;
      this.#handle = backend().live(
        {
          source: feed.source,
          options: $state.snapshot(this.options),
          pictures,
        },
        {
          event: (event) => {
            if (!run.signal.aborted) this.#take(event);
          },
          picture: (picture: LivePicture) => {
            if (!run.signal.aborted) this.#pictures?.take(picture);
          },
          failed: (error) => {
            if (!run.signal.aborted) this.#fail(error);
          },
        },
      );
      if (feed.video !== null) this.#push(feed, feed.video);
      this.#watch();
    } catch (thrown) {
      if (!run.signal.aborted) this.#fail(thrown);
    }
  }

  /** The same source once more. */
  again(): void {
    if (this.choice !== null) void this.start(this.choice);
  }

  pause(): void {
    if (this.phase !== 'running') return;
    this.phase = 'paused';
    this.#feed?.pause();
    this.#handle?.command({ type: 'pause', paused: true });
    this.#list();
  }

  async resume(): Promise<void> {
    if (this.phase !== 'paused') return;
    this.scrub = null;
    this.phase = 'running';
    this.#frameSeen = performance.now();
    this.changes += 1;
    this.#handle?.command({ type: 'pause', paused: false });
    try {
      await this.#feed?.resume();
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  /** Looks at a moment of the last seconds; what runs is paused. */
  look(at: number): void {
    this.pause();
    const { span } = this;
    if (span === null) return;
    this.scrub = Math.max(span.from, Math.min(span.to, at));
    this.seen = this.ring.resultAt(this.scrub) ?? this.seen;
    this.changes += 1;
  }

  /** Ends it; what was seen last stays. */
  async end(why: Over = 'stopped'): Promise<void> {
    if (!this.active) return;
    this.over = why;
    const nothing = this.span === null && this.log.length === 0;
    this.phase = nothing && why === 'stopped' ? 'start' : 'ended';
    await this.#release();
    this.#list();
  }

  /** Back to where a source is chosen. */
  async close(): Promise<void> {
    await this.#release();
    this.#forget();
    this.choice = null;
    this.phase = 'start';
  }

  /** Asks for something else from now on; what people choose once is kept for the next time. */
  ask(options: LiveOptions): void {
    this.options = options;
    const { live } = settings.current;
    settings.update({
      live: {
        policy: options.policy ?? live.policy,
        stages: options.stages ?? live.stages,
        power_mw: options.budget?.power_mw ?? null,
      },
    });
    this.#handle?.command({
      type: 'options',
      options: $state.snapshot(options),
    });
  }

  /** The page is hidden: nobody watches, so nobody is filmed. */
  hidden(): void {
    if (this.choice?.kind === 'camera' && this.active) void this.end('hidden');
    else this.pause();
  }

  #listener(signal: AbortSignal) {
    return {
      gone: () => {
        if (!signal.aborted) this.#cameraGone(signal);
      },
      over: () => {
        if (!signal.aborted) void this.end('end_of_source');
      },
    };
  }

  #adopt(feed: Feed): void {
    this.#feed = feed;
    this.video = feed.video;
    this.cameras = feed.cameras;
  }

  #push(feed: Feed, video: HTMLVideoElement): void {
    const handle = this.#handle;
    if (handle === null) return;
    const before = this.#pusher;
    const pusher =
      before ??
      new Pusher(
        handle,
        (at, number) => this.#grab(at, number),
        () => undefined,
      );
    this.#pusher = pusher;
    const camera = this.choice?.kind === 'camera';
    this.#ends.push(
      feed.watch((time) => {
        // Cameras count from the first frame on, files from their beginning.
        if (camera) this.#base ??= time;
        const at = Math.max(0, time - (this.#base ?? 0));
        this.#frameShown(at, video, {
          width: video.videoWidth,
          height: video.videoHeight,
        });
        if (this.phase === 'running') void pusher.shown(at);
      }),
    );
    if (!camera)
      void feed.resume().catch((thrown: unknown) => {
        this.#fail(thrown);
      });
  }

  #grabber: {
    video: HTMLVideoElement;
    grab: ReturnType<typeof grabFrom>;
  } | null = null;

  #grab(at: number, number: number): Promise<ArrayBuffer | null> {
    const { video } = this;
    if (video === null) return Promise.resolve(null);
    if (this.#grabber?.video !== video) this.#grabber = { video, grab: grabFrom(video) };
    return this.#grabber.grab(at, number);
  }

  #frameShown(
    at: number,
    picture: ImageBitmapSource,
    size: { width: number; height: number },
    file?: Blob,
  ): void {
    this.shownAt = at;
    this.#frameSeen = performance.now();
    this.changes += 1;
    const { width, height } = size;
    if (width > 0 && (this.size.width !== width || this.size.height !== height)) {
      this.size = { width, height };
    }
    if (this.phase === 'running') this.#keeper.shown(at, picture, this.size, file);
  }

  #pictureShown(bitmap: ImageBitmap, { atMs, jpeg }: LivePicture): void {
    this.bitmap?.close();
    this.bitmap = bitmap;
    this.#frameShown(atMs, bitmap, bitmap, jpeg);
  }

  #take(event: LiveEvent): void {
    switch (event.type) {
      case 'started':
        this.adapt = event.adapt;
        if (event.width > 0) this.size = { width: event.width, height: event.height };
        if (this.phase === 'opening') this.phase = 'running';
        this.#frameSeen = performance.now();
        break;
      case 'observation':
        this.#observe(event.observation);
        break;
      case 'telemetry':
        this.telemetry = event.telemetry;
        this.adapt = event.adapt;
        this.series.add(event.telemetry, performance.now());
        break;
      case 'moment':
        this.moments = [...this.moments.slice(1 - MOST_MOMENTS), event.moment];
        break;
      case 'source':
        this.#sourceIs(event.state);
        break;
      case 'ended':
        this.telemetry = event.telemetry;
        this.#endedBy(event.reason, event.message);
        break;
    }
  }

  #observe(observation: Observation): void {
    const now = performance.now();
    this.overlay.observe(observation, now);
    this.ring.addResult(observation);
    this.log.add(observation);
    const frame = observation.stages.find(({ stage }) => stage === 'frame');
    if (frame !== undefined) this.series.frame(frame.ms, now);
    this.changes += 1;
    if (now - this.#listed >= LISTS_MS) this.#list(observation);
    else {
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => {
        this.#list(observation);
      }, LISTS_MS);
    }
  }

  #list(observation?: Observation): void {
    clearTimeout(this.#timer);
    this.#listed = performance.now();
    if (observation !== undefined && this.scrub === null) this.seen = observation;
    this.span = this.ring.span;
    this.leftOut = this.#pusher?.leftOut ?? 0;
  }

  #sourceIs(state: string): void {
    // The engine only sees that nothing comes; the page knows why.
    if (this.trouble === 'gone' || this.phase !== 'running') return;
    clearTimeout(this.#returned);
    if (state === 'stalled' || state === 'lost' || state === 'damaged') this.trouble = state;
    else if (state === 'returned' && this.trouble !== null) this.#backAgain();
    else if (state === 'flowing') this.trouble = null;
  }

  #backAgain(): void {
    this.trouble = 'returned';
    this.#returned = setTimeout(() => {
      if (this.trouble === 'returned') this.trouble = null;
    }, RETURNED_MS);
  }

  /** Sees that a video shows nothing new: then the engine is told nothing either. */
  #watch(): void {
    const timer = setInterval(() => {
      if (this.phase !== 'running' || this.video === null) return;
      // After a seek some browsers reach the end without telling.
      if (this.video.ended) {
        void this.end('end_of_source');
        return;
      }
      const stalled = performance.now() - this.#frameSeen > STALLED_MS;
      if (stalled && this.trouble === null) this.trouble = 'stalled';
      if (!stalled && this.trouble === 'stalled') this.#backAgain();
    }, 500);
    this.#ends.push(() => {
      clearInterval(timer);
    });
  }

  /** The camera went while it was used: it is taken again as soon as there is one. */
  #cameraGone(signal: AbortSignal): void {
    const { choice } = this;
    if (choice?.kind !== 'camera') return;
    this.trouble = 'gone';
    this.#feed?.close();
    this.#feed = null;
    let trying = false;
    const stopWaiting = awaitCamera(() => {
      if (trying) return;
      trying = true;
      openFeed(choice, this.#listener(signal), signal).then(
        (feed) => {
          stopWaiting();
          if (signal.aborted || feed.video === null) {
            feed.close();
            return;
          }
          this.#adopt(feed);
          this.#push(feed, feed.video);
          this.#backAgain();
        },
        // It may be there and not ready yet: the next change is waited for.
        () => {
          trying = false;
        },
      );
    });
    this.#ends.push(stopWaiting);
  }

  #fail(thrown: unknown): void {
    this.failure = failureOf(thrown);
    this.phase = 'failed';
    void this.#release();
    this.#list();
  }

  /** The engine ended it. What was asked to stop is let go of already. */
  #endedBy(reason: EndReason, message: string): void {
    if (this.#handle === null) return;
    switch (reason) {
      case 'end_of_source':
        void this.end('end_of_source');
        break;
      case 'source_failed':
        this.#fail(this.#sourceFailure(message));
        break;
      case 'engine_failed':
        this.#fail(pageError('internal', message));
        break;
      case 'stopped':
        // Not by this page: the server itself is stopping.
        this.#fail(pageError('unreachable', message));
        break;
    }
  }

  #sourceFailure(message: string): Error {
    return this.choice?.kind === 'camera'
      ? pageError('camera', message)
      : new GlimpseError({ code: 'clip', message });
  }

  /** Lets go of camera, clip and session. */
  async #release(): Promise<void> {
    const run = this.#run;
    this.#run = new AbortController();
    for (const end of this.#ends.splice(0)) end();
    clearTimeout(this.#returned);
    this.#pusher?.stop();
    this.#pictures?.stop();
    this.#keeper.stop();
    this.#feed?.close();
    this.#feed = null;
    this.#grabber = null;
    this.trouble = null;
    const handle = this.#handle;
    this.#handle = null;
    // Its last words are still heard.
    await handle?.stop();
    run.abort();
  }

  #forget(): void {
    this.#pusher = null;
    this.#pictures = null;
    this.#base = null;
    this.bitmap?.close();
    this.bitmap = null;
    this.video = null;
    this.shownAt = 0;
    this.size = { width: 0, height: 0 };
    this.failure = null;
    this.over = null;
    this.seen = null;
    this.adapt = null;
    this.telemetry = null;
    this.moments = [];
    this.scrub = null;
    this.span = null;
    this.leftOut = 0;
    this.lit = null;
    this.overlay.reset();
    this.ring.clear();
    this.log.clear();
    this.series.clear();
    this.changes += 1;
  }
}
