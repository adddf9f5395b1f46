/**
 * The wire types, in the shape in which openapi-typescript writes them from the service's schema
 * (`npm run types`). Written by hand until that schema is there.
 */

export type PictureId = string;
export type ItemId = number;
export type Quad = [[number, number], [number, number], [number, number], [number, number]];
export type Task = 'read' | 'describe' | 'find';
export type Theme = 'system' | 'light' | 'dark';
export type Precision = 'int8' | 'f32';
export type CaptionSource = 'learned' | 'grounded';
export type Stage = 'capture' | 'decode' | 'queue' | 'pre' | 'infer' | 'post' | 'paint';
export type ExportFormat = 'text' | 'markdown' | 'json' | 'pdf' | 'hocr';
export type PackState = 'present' | 'missing' | 'wrong_size';

export type Failure = { code: string; message: string };

export type Picture = {
  id: PictureId;
  name?: string | null;
  width: number;
  height: number;
  format: string;
  bytes: number;
  decode_ms: number;
};
export type Sample = { name: string; task: Task; bytes: number };
export type InlineImage = { width: number; height: number; png: string };

export type StageReceipt = {
  stage: string;
  backend: string;
  isa: string;
  precision: string;
  pack: string;
  macs: number;
  shapes: [string, number][];
};
export type Receipt = {
  engine: string;
  threads: number;
  stages: StageReceipt[];
  page_rotation: number;
  notes: string[];
};

export type Word = { text: string; confidence: number; quad: Quad };
export type Line = { text: string; confidence: number; quad: Quad; words: Word[] };
export type Paragraph = { lines: number[] };
export type Timings = { decode: number; detect: number; recognize: number; total: number };
export type Reading = {
  width: number;
  height: number;
  lines: Line[];
  paragraphs: Paragraph[];
  timings: Timings;
  receipt: Receipt;
};

export type CaptionToken = { text: string; id: number; confidence: number; attention?: number[] };
export type Tag = { label: string; class: number; score: number };
export type Object = { label: string; score: number; box: [number, number, number, number] };
export type Colour = { name: string; hex: string; share: number };
export type DescribeTimings = {
  decode: number;
  see: number;
  find: number;
  caption: number;
  read: number;
  total: number;
};
export type Description = {
  width: number;
  height: number;
  caption: string;
  caption_source: CaptionSource;
  learned_caption: string;
  caption_confidence: number;
  tokens: CaptionToken[];
  tags: Tag[];
  objects: Object[];
  colours: Colour[];
  text?: string | null;
  timings_ms: DescribeTimings;
  receipt: Receipt;
};

export type FindTimings = { decode: number; find: number; total: number };
export type Found = {
  width: number;
  height: number;
  objects: Object[];
  timings: FindTimings;
  receipt: Receipt;
};

export type LookRequest = {
  task: Task;
  min_confidence?: number | null;
  languages?: string[];
  min_score?: number | null;
  beam?: number | null;
  text?: boolean;
  attention?: boolean;
};
export type StageTime = { stage: Stage; ms: number };
export type Percentiles = { count: number; p50: number; p90: number; p99: number };
export type Memory = { resident?: number | null; peak?: number | null };
export type Probe = { value?: number | null; unit: string; source: string };
export type Measures = {
  task: Task;
  stages: StageTime[];
  total_ms: number;
  history: Percentiles;
  memory: Memory;
  threads: number;
  precision: Precision;
  receipt: Receipt;
  thermal: Probe;
  power: Probe;
};
export type LookEvent =
  | { type: 'started'; queue_ms: number }
  | { type: 'token'; text: string; confidence: number }
  | { type: 'reading'; reading: Reading }
  | { type: 'description'; description: Description }
  | { type: 'found'; found: Found }
  | { type: 'done'; measures: Measures }
  | { type: 'failed'; failure: Failure };

export type BoxKnobs = {
  pixel_threshold: number;
  box_threshold: number;
  unclip: number;
  min_side: number;
};
export type TracedBox = { quad: Quad; score: number };
export type PageTrace = {
  seen: [number, number];
  boxes: TracedBox[];
  detect_ms?: number | null;
  boxes_ms: number;
};
export type HeatMap = { map: InlineImage; detect_ms?: number | null };
export type LineRequest = { quad: Quad };
export type CtcTraceStep = { text?: string | null; probability: number };
export type CtcTraceChar = { text: string; confidence: number; first: number; count: number };
export type LineTrace = {
  crop: InlineImage;
  step_width: number;
  steps: CtcTraceStep[];
  chars: CtcTraceChar[];
  text: string;
  crop_ms: number;
  recognize_ms: number;
  decode_ms: number;
};

export type LibraryQuery = {
  words?: string | null;
  like_item?: ItemId | null;
  like_picture?: PictureId | null;
  limit?: number | null;
  offset?: number;
};
export type LibraryItem = {
  id: ItemId;
  kept_ms: number;
  name?: string | null;
  width: number;
  height: number;
  text?: string | null;
  caption?: string | null;
  labels: string[];
  likeness?: number | null;
};
export type LibraryPage = { items: LibraryItem[]; total: number; bytes: number };
export type LibraryEntry = {
  item: LibraryItem;
  reading?: Reading | null;
  description?: Description | null;
  found?: Found | null;
};

export type Settings = {
  keep: boolean;
  language?: string | null;
  theme: Theme;
  threads: number;
  hud_open: boolean;
  min_confidence: number;
  min_score: number;
};

export type Cpu = {
  arch: string;
  os: string;
  threads: number;
  features: string[];
  instruction_sets: string[];
};
export type KernelChoice = { work: string; kernel: string };
export type PackInfo = {
  id: string;
  path: string;
  bytes: number;
  sha256: string;
  licence: string;
  provenance: string;
  state: PackState;
};
export type Info = {
  engine: string;
  cpu: Cpu;
  kernels: KernelChoice[];
  folder: string;
  packs: PackInfo[];
};
export type BackendState = { name: string; available: boolean; reason: string };
export type Device = {
  app: string;
  optimized: boolean;
  cpu_name?: string | null;
  info: Info;
  memory_total?: number | null;
  memory_available?: number | null;
  memory: Memory;
  backends: BackendState[];
  thermal: Probe;
  power: Probe;
  data_folder?: string | null;
  languages: string[];
};
export type PackCheck = { id: string; intact: boolean; sha256: string; ms: number };

export type BenchRequest = {
  tasks: Task[];
  runs: number;
  warmup: number;
  picture?: PictureId | null;
};
export type BenchStage = { stage: Stage; p50: number };
export type BenchTask = {
  task: Task;
  picture: string;
  size: [number, number];
  runs_ms: number[];
  min: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
  stages: BenchStage[];
  receipt: Receipt;
};
export type BenchReport = {
  version: number;
  began: string;
  engine: string;
  optimized: boolean;
  cpu?: string | null;
  platform: string;
  threads: number;
  memory: Memory;
  tasks: BenchTask[];
  doubts: string[];
};
export type BenchEvent =
  | { type: 'run'; task: Task; run: number; runs: number; warmup: boolean; ms: number }
  | { type: 'report'; report: BenchReport; markdown: string }
  | { type: 'failed'; failure: Failure };
