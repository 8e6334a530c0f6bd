#!/usr/bin/env node
// The program's entry: hands over to the bundled command line.
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

const main = join(__dirname, '../dist/cli/main.cjs');
if (existsSync(main)) {
  require(main);
} else {
  process.stderr.write('ipvs-bootstrap is not built yet. Run: npm ci && npm run build\n');
  process.exitCode = 70;
}
