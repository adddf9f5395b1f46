import { Channel, invoke } from '@tauri-apps/api/core';

/** A value that the phone may or may not tell. An unknown one is null, never 0. */
export interface Quantity {
  value: number | null;
  /** Its unit, for example `mA`; `1` for shares. */
  unit: string;
  /** Where it comes from, or why it is unknown. */
  source: string;
  /** How long ago it was measured, in milliseconds. */
  ageMs: number;
}

/** How far the system throttles. */
export type Heat = 'nominal' | 'fair' | 'serious' | 'critical';

/** All that a phone tells at one moment. */
export interface PowerReading {
  platform: 'android' | 'ios';
  /** Counts readings from 0. */
  sequence: number;
  state: 'discharging' | 'charging' | 'full' | 'idle' | 'unknown';
  /** Where the state is known from, or why it is not. */
  stateSource: string;
  plugged: boolean | null;
  /** Charge, in %. */
  level: Quantity;
  /** In mV. */
  voltage: Quantity;
  /** In mA; positive into the battery, negative out of it. */
  current: Quantity;
  /** What a discharging battery gives, in mW. */
  power: Quantity;
  /** What is left, in mAh. */
  charge: Quantity;
  /** What is left, in mWh. */
  energy: Quantity;
  /** Of the battery, in °C. */
  temperature: Quantity;
  heat: Heat | null;
  heatSource: string;
  heatAgeMs: number;
  /** How close severe throttling is, which is at 1. */
  headroom: Quantity;
  /** The headrooms at which states begin, as far as the phone tells them. */
  thresholds: { heat: Heat; headroom: number }[];
  /** Whether the power saver is on. */
  saving: boolean | null;
  /** Every value as the system gave it, by the system's name. */
  raw: Record<string, string>;
  /** What was found out of the values' units and signs. */
  findings: string[];
}

/** What a command rejects with. */
export interface PowerFailure {
  code: 'unavailable' | 'bad_request' | 'power';
  message: string;
}

/** What the phone tells now. Desktops reject with `unavailable`. */
export function read(): Promise<PowerReading> {
  return invoke('plugin:power|read');
}

/**
 * Calls `heard` about once a second, and when heat or charging changes. Resolves to what ends it.
 */
export async function watch(heard: (reading: PowerReading) => void): Promise<() => Promise<void>> {
  const channel = new Channel<PowerReading>();
  channel.onmessage = heard;
  const id = await invoke<number>('plugin:power|watch', { channel });
  return () => invoke('plugin:power|unwatch', { id });
}
