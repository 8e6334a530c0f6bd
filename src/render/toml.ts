// Texts in TOML.

/** A basic string, with its quotes. What JSON escapes, TOML escapes likewise; it wants one character more to be. */
export function tomlString(text: string): string {
  return JSON.stringify(text).replaceAll('\u007F', '\\u007F');
}
