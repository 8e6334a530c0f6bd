// Patterns of ssh_config: `*` and `?`, `!` for a negation, lists of them.

export function matchesPattern(name: string, pattern: string): boolean {
  const literal = pattern.replaceAll(/[.+^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's').test(name);
}

/** Whether one of the names matches one of the patterns, and none of them a negated one. */
export function matchesAny(names: readonly string[], patterns: readonly string[]): boolean {
  const matches = (pattern: string): boolean => names.some((name) => matchesPattern(name, pattern));
  const negated = patterns.filter((pattern) => pattern.startsWith('!')).map((pattern) => pattern.slice(1));
  return !negated.some(matches) && patterns.some((pattern) => !pattern.startsWith('!') && matches(pattern));
}
