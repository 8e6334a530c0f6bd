// Where a secret is to be had: named in the inventory or on the command line, read when it is needed.

/** Where a password or passphrase comes from. Never the secret itself. */
export type SecretSource =
  | { readonly from: 'env'; readonly name: string }
  | { readonly from: 'file'; readonly path: string }
  /** Asked for on the terminal; the same question is asked once. */
  | { readonly from: 'terminal'; readonly question: string };

/** Names a source in a sentence: "the environment variable X". */
export function describeSource(source: SecretSource): string {
  switch (source.from) {
    case 'env':
      return `the environment variable ${source.name}`;
    case 'file':
      return `the file ${source.path}`;
    case 'terminal':
      return 'the terminal';
  }
}
