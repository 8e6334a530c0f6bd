// What `ip -json` prints, as far as it is used.
import { z } from 'zod';

const links = z.array(z.object({ ifname: z.string() }));
const routes = z.array(z.object({ dst: z.string(), dev: z.string().optional() }));

export type Route = z.infer<typeof routes>[number];

/** The names of the interfaces that `ip -json link show` lists. */
export function parseLinks(text: string): readonly string[] {
  return links.parse(JSON.parse(text)).map(({ ifname }) => ifname);
}

/** The routes that `ip -json route show` lists. */
export function parseRoutes(text: string): readonly Route[] {
  return routes.parse(JSON.parse(text));
}
