// The values of ssh_config for one host → the settings that we know, and warnings about those that we do not honour.
import { defined } from '../../core/defined.ts';
import type { BootstrapError } from '../../core/errors.ts';
import type { HostKeyChecking, SshPeer } from '../ssh-target.ts';
import type { ConfigValues } from './look-up.ts';
import { configError, type ConfigLine } from './parse.ts';
import { expandPath, expandTokens, seconds, wholeNumber, yesOrNo, type Expansion } from './values.ts';

/** What ssh_config sets for a host; all of it may be absent. */
export type ConfigSettings = Partial<Omit<SshPeer, 'name' | 'hostKey' | 'password' | 'passphrase'>> & {
  /** Written as in ProxyJump. */
  readonly proxyJump?: ConfigLine;
};

/** Who the host is as far as the inventory says it, which is more than the file. */
export interface KnownSettings {
  readonly user: string | undefined;
  readonly port: number | undefined;
  readonly address: string | undefined;
  /** Whether the inventory says how to get there. */
  readonly hasJumps: boolean;
}

export interface SettingsContext {
  readonly name: string;
  readonly localUser: string;
  readonly homeDirectory: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Keywords that would change whom we talk to, or how we prove who we are, and that are not honoured. */
const notHonoured: Readonly<Record<string, string>> = {
  proxycommand: 'the host is connected to directly. Use ProxyJump, or ssh.jump in the inventory',
  certificatefile: 'the key is offered without its certificate. Add the key to authorized_keys',
  pkcs11provider: 'keys on such devices are used through an agent',
  knownhostscommand: 'only known_hosts files are asked',
  revokedhostkeys: 'list revoked keys in known_hosts, as @revoked lines',
  canonicalizehostname: 'names are looked up as they are written',
  bindaddress: 'the system chooses the address',
  bindinterface: 'the system chooses the interface',
};

/** @throws BootstrapError `connect.config` for a value that cannot be read */
export function configSettings(
  values: ConfigValues,
  known: KnownSettings,
  context: SettingsContext,
): { readonly settings: ConfigSettings; readonly warnings: readonly BootstrapError[] } {
  const lineOf = (keyword: string): ConfigLine | undefined => values.lines.get(keyword)?.[0];
  const place = placeSettings(lineOf, known, context.name);
  const expansion = expansionOf(place, context);
  return {
    settings: {
      ...place,
      ...keySettings(values, lineOf, expansion),
      ...hostKeySettings(lineOf, expansion),
      ...timeSettings(lineOf),
      ...defined({ proxyJump: chosenJump(lineOf('proxyjump'), lineOf('proxycommand')) }),
    },
    warnings: [...values.warnings, ...notices(lineOf, known)],
  };
}

function placeSettings(lineOf: LineOf, known: KnownSettings, name: string): ConfigSettings {
  const hostName = lineOf('hostname');
  const port = lineOf('port');
  return defined({
    address: known.address ?? (hostName && expandTokens(hostName.args[0], hostName, { h: name, n: name })),
    user: known.user ?? lineOf('user')?.args[0],
    port: known.port ?? (port && wholeNumber(port, 1, 65_535)),
    hostKeyAlias: lineOf('hostkeyalias')?.args[0],
  });
}

function expansionOf(place: ConfigSettings, context: SettingsContext): Expansion {
  const { address, user, port, hostKeyAlias } = place;
  const { name, localUser, homeDirectory, variables } = context;
  return {
    homeDirectory,
    variables,
    tokens: {
      d: homeDirectory,
      h: address ?? name,
      k: hostKeyAlias ?? name,
      n: name,
      p: String(port ?? 22),
      r: user ?? localUser,
      u: localUser,
      i: String(process.getuid?.() ?? ''),
    },
  };
}

type LineOf = (keyword: string) => ConfigLine | undefined;

/** Of ProxyJump and ProxyCommand the one that was read first counts, as with ssh. */
function chosenJump(jump: ConfigLine | undefined, command: ConfigLine | undefined): ConfigLine | undefined {
  if (jump === undefined || jump.args[0].toLowerCase() === 'none') return undefined;
  const isLater = command?.file === jump.file && command.line < jump.line && command.args[0] !== 'none';
  return isLater ? undefined : jump;
}

function keySettings(values: ConfigValues, lineOf: LineOf, expansion: Expansion): ConfigSettings {
  const files = (values.lines.get('identityfile') ?? [])
    .filter(({ args }) => args[0] !== 'none')
    .map((line) => expandPath(line.args[0], line, expansion));
  const identitiesOnly = lineOf('identitiesonly');
  const agent = lineOf('identityagent');
  return defined({
    identityFiles: files.length === 0 ? undefined : files,
    identitiesOnly: identitiesOnly && yesOrNo(identitiesOnly),
    identityAgent: agent && agentPath(agent, expansion),
  });
}

/** The socket that a line names, or `none`; undefined for that of the environment. */
function agentPath(line: ConfigLine, expansion: Expansion): string | undefined {
  const [text] = line.args;
  if (text === 'SSH_AUTH_SOCK') return undefined;
  if (text === 'none') return 'none';
  const variable = /^\$(\w+)$/.exec(text)?.[1];
  return variable === undefined ? expandPath(text, line, expansion) : expansion.variables[variable];
}

function hostKeySettings(lineOf: LineOf, expansion: Expansion): ConfigSettings {
  const files = (keyword: string): readonly string[] | undefined => {
    const line = lineOf(keyword);
    return line?.args.filter((text) => text !== 'none').map((text) => expandPath(text, line, expansion));
  };
  const checking = lineOf('stricthostkeychecking');
  const hash = lineOf('hashknownhosts');
  return defined({
    knownHostsFiles: files('userknownhostsfile'),
    systemKnownHostsFiles: files('globalknownhostsfile'),
    hostKeyChecking: checking && hostKeyChecking(checking),
    hashKnownHosts: hash && yesOrNo(hash),
  });
}

/** `no` and `off` are not honoured: see the warning. */
function hostKeyChecking(line: ConfigLine): HostKeyChecking {
  const text = line.args[0].toLowerCase();
  if (text === 'accept-new') return 'accept-new';
  if (['yes', 'ask', 'true', 'no', 'off', 'false'].includes(text)) return 'strict';
  throw configError(line, `StrictHostKeyChecking must be yes, accept-new, ask or no, is "${line.args[0]}"`);
}

function timeSettings(lineOf: LineOf): ConfigSettings {
  const connect = lineOf('connecttimeout');
  const interval = lineOf('serveraliveinterval');
  const count = lineOf('serveralivecountmax');
  const timeout = connect === undefined || connect.args[0] === 'none' ? 0 : seconds(connect);
  // 0 means "for ever" or "never" to ssh; we always have a deadline and signs of life.
  const alive = interval === undefined ? 0 : seconds(interval);
  return defined({
    connectTimeoutMs: timeout === 0 ? undefined : timeout * 1000,
    keepaliveMs: alive === 0 ? undefined : alive * 1000,
    keepaliveLimit: count && Math.max(1, wholeNumber(count, 0, 10_000)),
  });
}

function notices(lineOf: LineOf, { hasJumps }: KnownSettings): readonly BootstrapError[] {
  const found = Object.entries(notHonoured).flatMap(([keyword, instead]) => {
    const line = lineOf(keyword);
    const isOff = line === undefined || ['none', 'no'].includes(line.args[0].toLowerCase());
    const isMoot =
      keyword === 'proxycommand' && (hasJumps || chosenJump(lineOf('proxyjump'), line) !== undefined);
    return isOff || isMoot ? [] : [notice(line, instead)];
  });
  const checking = lineOf('stricthostkeychecking');
  const isLax = checking !== undefined && ['no', 'off', 'false'].includes(checking.args[0].toLowerCase());
  return isLax
    ? [...found, notice(checking, 'host keys are always verified. "accept-new" is honoured')]
    : found;
}

function notice(line: ConfigLine, instead: string): BootstrapError {
  return configError(
    line,
    `${line.keyword} is not honoured: ${instead}`,
    'To have it silent, set ssh.configFile to another file, or to "none".',
  );
}
