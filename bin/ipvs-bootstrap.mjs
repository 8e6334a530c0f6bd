#!/usr/bin/env node
// The program's entry: hands over to the compiled command line.
import { existsSync } from 'node:fs';

const main = new URL('../dist/cli/main.js', import.meta.url);
if (existsSync(main)) {
  await import(main.href);
} else {
  process.stderr.write('ipvs-bootstrap is not built yet. Run: npm ci && npm run build\n');
  process.exitCode = 70;
}
