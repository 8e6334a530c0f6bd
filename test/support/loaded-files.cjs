// For `node --require`: at the end, writes which files the program has loaded into the file that LOADED_FILES names.
'use strict';
const { writeFileSync } = require('node:fs');

process.on('exit', () => {
  writeFileSync(process.env.LOADED_FILES, Object.keys(require.cache).join('\n'));
});
