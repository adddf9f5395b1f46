import type { Note, Probe } from '$/backend';

import { has, t, type Key } from './index.svelte';

/** What the engine says, in the language that is spoken now; else in its own English. Reactive. */
export function said({ code, values, message }: Note): string {
  if (code === 'other') return message;
  const key: Key = `engine.${code}`;
  // A page may be older than the engine that it asks.
  if (!has(key)) return message;
  const title = `errors.${String(values.failure)}.title`;
  return t(key, has(title) ? { ...values, why: t(title) } : values);
}

/** Whether this kind of object has a name in the language that is spoken now. */
export function isNamed(label: string): boolean {
  return has(`objects.${label}`);
}

/** Name of a kind of object; the engine's own where there is no other. Reactive. */
export function objectName(label: string): string {
  const key = `objects.${label}`;
  return has(key) ? t(key) : label;
}

/** Name of a colour; the engine's own where there is no other. Reactive. */
export function colourName(name: string): string {
  const key = `engine.colour.${name}`;
  return has(key) ? t(key) : name;
}

/** What probes say, with the names of its parts. */
const SOURCES: readonly [RegExp, Key][] = [
  [/^this system does not tell it$/, 'engine.probe.untold'],
  [/^this device tells no temperature$/, 'engine.probe.no-temperature'],
  [/^there is no battery that tells its power$/, 'engine.probe.no-battery'],
  [/^thermal zone (?<zone>.+)$/, 'engine.probe.zone'],
  [
    /^battery (?<battery>.+) is not what feeds the device: (?<status>.+)$/,
    'engine.probe.not-feeding',
  ],
  [/^battery (?<battery>.+) tells neither power nor current$/, 'engine.probe.tells-neither'],
  [/^this device tells no temperature to this user$/, 'engine.probe.no-temperature-here'],
  [/^needs a second reading$/, 'engine.probe.second'],
  [/^no battery feeds the device$/, 'engine.probe.no-battery-feeds'],
  [/^there is no battery$/, 'engine.probe.none'],
  [/^not read on this system( yet)?$/, 'engine.probe.unread'],
  [/^battery (?<battery>.+) tells no charge$/, 'engine.probe.no-charge'],
  [
    /^powercap (?<zone>.+): this user may not read the energy counter$/,
    'engine.probe.counter-denied',
  ],
  [/^powercap (?<zone>.+) has no energy counter$/, 'engine.probe.counter-none'],
  [/^powercap (?<zone>.+) tells no number$/, 'engine.probe.counter-bad'],
  [/^powercap psys: the whole platform$/, 'engine.probe.platform'],
  [/^powercap (?<zones>.+): the processor alone$/, 'engine.probe.processor'],
  [/^resident memory of the process$/, 'engine.probe.resident'],
  [/^sensor (?<sensor>.+)$/, 'engine.probe.sensor'],
  [/^battery (?<battery>[^:]+): (?<file>.+)$/, 'engine.probe.battery'],
];

/** Where a value comes from, or why it is unknown, as {@link said}. Reactive. */
export function sourceOf({ source }: Pick<Probe, 'source'>): string {
  for (const [pattern, key] of SOURCES) {
    const match = pattern.exec(source);
    if (match !== null) return t(key, { ...match.groups });
  }
  return source;
}
