import { existsSync } from 'node:fs';

/** Where Debian and Ubuntu have Chromium; CHROMIUM names another. */
const PLACES = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executablePath = process.env.CHROMIUM ?? PLACES.find((path) => existsSync(path));
if (!executablePath) {
  throw new Error(`no Chromium at ${PLACES.join(', ')}; set CHROMIUM to its path`);
}

/** How Chromium is started: headless, and without its sandbox only where root runs the tests. */
export const chromium = {
  browserName: 'chromium' as const,
  launchOptions: {
    executablePath,
    args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
  },
};
