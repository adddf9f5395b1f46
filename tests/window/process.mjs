// The app as the operating system sees it (Linux): its processes, their memory, its start.

import { execFileSync } from 'node:child_process';
import { readFileSync, readdirSync } from 'node:fs';

const read = (pid, file) => {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
};

const pids = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).map(Number);

/** Fields of /proc/PID/stat after the program's name, from the state (field 3) on. */
const stat = (pid) => read(pid, 'stat').replace(/^.*\) /s, '').split(' ');

/** Whether the process runs. */
export const alive = (pid) => !['', 'Z', 'X'].includes(stat(pid)[0]);

/** Processes that run `binary`. */
export const running = (binary) =>
  pids().filter((pid) => read(pid, 'cmdline').split('\0')[0] === binary && alive(pid));

/** `root` and all processes below it. */
export function family(root) {
  const parents = new Map(pids().map((pid) => [pid, Number(stat(pid)[1])]));
  const found = [root];
  for (let grew = true; grew; ) {
    const more = [...parents].filter(([pid, up]) => found.includes(up) && !found.includes(pid));
    found.push(...more.map(([pid]) => pid));
    grew = more.length > 0;
  }
  return found;
}

/** Memory of `root` and all processes below it in bytes: each page counts once (PSS). */
export function memory(root) {
  return family(root).map((pid) => {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(read(pid, 'smaps_rollup'))?.[1] ?? 0;
    return { pid, name: read(pid, 'comm').trim(), bytes: Number(kilobytes) * 1024 };
  });
}

/** When the process began, in milliseconds since 1970, to two hundredths of a second. */
export function began(pid) {
  const hertz = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
  return Date.now() - (uptime - Number(stat(pid)[19]) / hertz) * 1000;
}
