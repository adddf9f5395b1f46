import { describe, expect, it } from 'vitest';

import type { Measures } from '$/backend';

import { beginLook } from './looks';
import { spent, STAGES } from './spent';

const measures = (stages: Measures['stages']) => ({ stages }) as Measures;
const of = (parts: ReturnType<typeof spent>, stage: string) =>
  parts.find((part) => part.stage === stage)?.ms;

describe('spent', () => {
  it('puts the page and the engine into one order', () => {
    const look = beginLook({ task: 'read' }, { capture: 5, decode: 8, paint: 2 });
    const parts = spent({
      ...look,
      measures: measures([
        { stage: 'queue', ms: 1 },
        { stage: 'infer', ms: 20 },
        { stage: 'infer', ms: 22 },
        { stage: 'decode', ms: 0 },
      ]),
    });
    expect(parts.map(({ stage }) => stage)).toEqual(STAGES);
    expect(parts.map(({ ms }) => ms)).toEqual([5, 8, 1, null, 42, null, 2]);
  });

  it('does not make up what was not measured', () => {
    const parts = spent(beginLook({ task: 'find' }));
    expect(of(parts, 'capture')).toBeNull();
    expect(of(parts, 'infer')).toBeNull();
    expect(of(parts, 'paint')).toBeNull();
  });
});
