import { describe, expect, it } from 'vitest';

import { COLUMNS, csv } from './csv';
import { SessionLog } from './log';
import { object, observation, text } from './testdata';

describe('csv', () => {
  it('has a row a track a frame, with as many fields as columns', () => {
    const first = observation(1, 0, [object(1, [1, 2, 3.14159, 4]), object(2, [5, 6, 7, 8])]);
    const second = { ...observation(3, 66.6667, []), texts: [text(1, 'EXIT', 10, 20)] };
    const lines = csv([first, second]).trimEnd().split('\r\n');
    expect(lines).toEqual([
      COLUMNS.join(','),
      '1,0,1,object,1,dog,0.9,1,2,3.142,4,0,0,100,0,',
      '1,0,1,object,2,dog,0.9,5,6,7,8,0,0,100,0,',
      '3,66.667,1,text,1,EXIT,0.9,10,20,50,10,,,,12,2',
    ]);
    for (const line of lines) expect(line.split(',')).toHaveLength(COLUMNS.length);
  });

  it('quotes what would end a field', () => {
    const seen = { ...observation(1, 0, []), texts: [text(1, 'a "b", c\nd', 0, 0)] };
    expect(csv([seen])).toContain(',"a ""b"", c\nd",');
  });

  it('of nothing is its head', () => {
    expect(csv([])).toBe(`${COLUMNS.join(',')}\r\n`);
  });
});

describe('SessionLog', () => {
  const about = {
    source: 'camera',
    name: null,
    began: '2025-01-01T00:00:00Z',
    width: 6,
    height: 4,
  };

  it('gives JSON that has every result', () => {
    const log = new SessionLog();
    log.add(observation(1, 0, [object(1, [0, 0, 1, 1])]));
    log.add({ ...observation(2, 33, []), texts: [text(1, '"\\ \u2028', 0, 0)] });
    const parsed = JSON.parse(log.json(about, { policy: 'cool' }, null, null, [])) as {
      version: number;
      options: unknown;
      forgotten: number;
      observations: unknown[];
    };
    expect(parsed.version).toBe(1);
    expect(parsed.options).toEqual({ policy: 'cool' });
    expect(parsed.forgotten).toBe(0);
    expect(parsed.observations).toEqual(log.results());
    expect(parsed.observations).toHaveLength(2);
  });

  it('forgets the oldest where there are too many, and says so', () => {
    const log = new SessionLog(2_000);
    for (let n = 1; n <= 100; n += 1) log.add(observation(n, n * 33, []));
    expect(log.length).toBeLessThan(20);
    expect(log.forgotten).toBe(100 - log.length);
    expect(log.results().at(-1)?.frame).toBe(100);
    expect(JSON.parse(log.json(about, {}, null, null, []))).toMatchObject({
      forgotten: log.forgotten,
    });
  });
});
