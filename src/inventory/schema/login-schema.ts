// A login at one server: a name, and where its password comes from.
import { z } from 'zod';
import { about, text } from './scalars.ts';
import { secretFrom } from './secret-from.ts';

const userName = text('a login name', (value) =>
  /^[^\u0000-\u0020:\u007F-\u009F\u2028\u2029]{1,255}$/.test(value)
    ? undefined
    : { rule: 'must be a login name: without ":" and blanks' },
);

/** The same words wherever somebody logs in over http. @param where "at the proxy" */
export function login(where = '') {
  const place = where === '' ? '' : ` ${where}`;
  return z
    .strictObject({
      user: userName.meta(about(`Name to log in with${place}.`)),
      password: secretFrom(`password or access token${place}`).meta(
        about(`Where the password or access token${place} comes from.`),
      ),
    })
    .meta({ title: 'a map with user and password' });
}

export type WrittenLogin = z.output<ReturnType<typeof login>>;
