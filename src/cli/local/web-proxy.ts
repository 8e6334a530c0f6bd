// The proxy for web servers that this machine's user has set, as curl and most programs read it.

export interface WebProxy {
  /** Such as http://proxy.example:3128; may have a user and a password. */
  readonly proxy?: string;
  /** Names, addresses and networks that are asked without it. */
  readonly noProxy?: readonly string[];
}

/** From `https_proxy` and `no_proxy`, or the same in capitals. All that is fetched is fetched by https. */
export function webProxy(environment: NodeJS.ProcessEnv): WebProxy {
  const read = (name: string): string => environment[name] || environment[name.toUpperCase()] || '';
  const proxy = read('https_proxy').trim();
  if (proxy === '') return {};
  const noProxy = read('no_proxy')
    .split(/[\s,]+/)
    .filter((one) => one !== '');
  // curl takes one without a scheme, too.
  return { proxy: proxy.includes('://') ? proxy : `http://${proxy}`, noProxy };
}
