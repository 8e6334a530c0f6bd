// Where the built program is.
import { packagePath } from '../../src/core/package-root.ts';

/** Absolute path of the file that users start. */
export const entry = packagePath('bin/ipvs-bootstrap.cjs');
