// Asterisks over what could be a secret in logs. Secrets of the run are known by their values; these by their looks.
import { hideLogins, mask } from '../core/secret.ts';

/** Names of what is secret, with what may stand behind them: AWS_SECRET_ACCESS_KEY, secretKey. */
const names =
  '(?:pass(?:word|wd|phrase)|[a-z0-9]_pass|secret(?:[_-]?(?:access)?[_-]?key)?|token|(?:api|access|private)[_-]?key|client-key-data)';

/** What ends a name in quotes. They may be quoted themselves, as klog and containerd do. */
const nameEnds = String.raw`\\*["']?\s*`;

/** In quotes, in quotes that are quoted, in quotes whose end was cut off, or a word. */
const value = String.raw`(?:\\+"(?:(?!\\+")[^"])*\\+"|"(?:[^"\\]|\\.)*"|'[^']*'|\\*["'][^"']*$|(?!\\*["'{[(<])[^\s,;"'}\])]+)`;

/** What stands before the secret is kept. */
const patterns: readonly RegExp[] = [
  // A bootstrap token; its first half names it and is no secret.
  /(\b[a-z0-9]{6}\.)[a-z0-9]{16}\b/g,
  /((?:certificate-key|certificateKey)["']?[\s:=]+["']?)[0-9a-f]{64}/g,
  /(\b(?:Authorization|Proxy-Authorization)["']?\s*[:=]\s*["']?(?:Bearer|Basic)\s+)[^\s"',]+/gi,
  /(\bBearer\s+)[\w.~+/=-]{8,}/g,
  /()\beyJ[\w-]{5,}\.[\w-]{5,}\.[\w-]*/g,
  new RegExp(`(${names}${nameEnds}[:=]\\s*)${value}`, 'gi'),
  new RegExp(`(\\bpass=)${value}`, 'gi'),
  // A registry's login, as Docker keeps it. The word stands in many other places.
  new RegExp(`("auth${nameEnds}:\\s*)${value}`, 'gi'),
  /(\b(?:Set-)?Cookie["']?\s*[:=]\s*["']?)[^\s"'][^"']*/gi,
  // USER:PASSWORD@tcp(HOST), as Go's drivers of databases take it.
  /([\w.-]+:)[^\s@:/]+(?=@(?:tcp|unix)\d?\()/g,
  /(--[\w-]*(?:password|token|secret)[ =])(?:"[^"]*"|'[^']*'|[^\s"']+)/gi,
];

const keyBegins = /-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----/;
const keyEnds = /-----END [A-Z0-9 ]*PRIVATE KEY-----/;

/** A line of a key whose first line was not seen. */
const keyLine = /^[A-Za-z0-9+/]{60,}={0,2}$/;

/** Lines of a log without tokens, keys of certificates, passwords and private keys. */
export function maskLines(lines: readonly string[]): readonly string[] {
  let isInKey = false;
  return lines.flatMap((line) => {
    const wasInKey = isInKey;
    const begins = keyBegins.exec(line);
    if (begins !== null) isInKey = true;
    if (isInKey && keyEnds.test(line)) isInKey = false;
    if (begins !== null) {
      const end = keyEnds.exec(line);
      const rest = end === null ? '' : line.slice(end.index + end[0].length);
      return [maskText(line.slice(0, begins.index)) + mask + maskText(rest)];
    }
    if (wasInKey) return [];
    return [keyLine.test(line.trim()) ? mask : maskText(line)];
  });
}

function maskText(text: string): string {
  return patterns.reduce(
    (all, pattern) => all.replace(pattern, (_match, head: string) => head + mask),
    hideLogins(text),
  );
}
