import type { Stage } from '$/backend';

import type { Look } from './looks';

/** In the order in which a picture passes through them. */
export const STAGES: readonly Stage[] = [
  'capture',
  'decode',
  'queue',
  'pre',
  'infer',
  'post',
  'paint',
];

/** Where the time of a look went, stage by stage; `null` where it was not measured. */
export function spent(look: Look): { stage: Stage; ms: number | null }[] {
  const engine = new Map<Stage, number>();
  for (const { stage, ms } of look.measures?.stages ?? []) {
    engine.set(stage, (engine.get(stage) ?? 0) + ms);
  }
  return STAGES.map((stage) => ({ stage, ms: ofStage(stage, look, engine) }));
}

function ofStage(stage: Stage, look: Look, engine: Map<Stage, number>): number | null {
  if (stage === 'capture') return look.page.capture;
  if (stage === 'paint') return look.page.paint;
  // A picture that was just opened was decoded then; the look itself finds it decoded.
  if (stage === 'decode') return Math.max(engine.get('decode') ?? 0, look.page.decode ?? 0);
  return engine.get(stage) ?? (stage === 'queue' ? look.queueMs : null);
}
