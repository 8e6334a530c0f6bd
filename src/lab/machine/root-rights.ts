// Gets root's rights before a screen is drawn, over which sudo could not ask for a password.
import { execa } from 'execa';
import { BootstrapError } from '../../core/errors.ts';
import { rootPrefix } from '../../local/programs/program.ts';

/**
 * Lets sudo ask for a password on the terminal, if it will have to; later calls then go without. Nothing happens for
 * root.
 * @throws BootstrapError `lab.unsupported` when sudo refuses
 */
export async function askForRootRights(): Promise<void> {
  const [sudo, ...options] = rootPrefix();
  if (sudo === undefined) return;
  const quiet = await execa(sudo, ['-n', ...options, 'true'], { reject: false, stdio: 'ignore' });
  if (!quiet.failed) return;
  const asked = await execa(sudo, [...options, 'true'], { reject: false, stdio: 'inherit' });
  if (!asked.failed) return;
  throw new BootstrapError('lab.unsupported', 'the lab needs root, and sudo does not let you be root', {
    hint: 'Run the command as root, or write an inventory of hosts of your own with `ipvs-bootstrap init`.',
    cause: asked,
  });
}
