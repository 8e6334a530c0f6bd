#!/usr/bin/env node
// The program's entry: hands over to the bundled command line.
'use strict';
const { existsSync } = require('node:fs');
const { join } = require('node:path');

// Shells ask while somebody types, which has an entry of its own.
const name = process.argv[2] === '__complete' ? 'complete' : 'main';
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  process.stderr.write(`ipvs-bootstrap needs Node 20.19 or newer; this is ${process.versions.node}.\n`);
  process.exit(70);
}

const entry = join(__dirname, `../dist/cli/${name}.cjs`);
if (existsSync(entry)) {
  require(entry);
} else {
  const isClone = existsSync(join(__dirname, 'prepare.mjs'));
  const cause = isClone
    ? 'is not built yet. Run: npm run build'
    : 'was packed without its program. Pack it anew: npm pack --ignore-scripts=false';
  process.stderr.write(`ipvs-bootstrap ${cause}\n`);
  process.exitCode = 70;
}
