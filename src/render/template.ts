// Text templates (units, sysctl, keepalived...): strict Liquid, files of the package's templates/ directory.
import { Liquid } from 'liquidjs';
import { asError, BootstrapError } from '../core/errors.ts';
import { packagePath } from '../core/package-root.ts';
import { Secret } from '../core/secret.ts';

export type TemplateValues = Readonly<Record<string, unknown>>;

/** The templates of one directory; each file is parsed once. */
export class Templates {
  readonly #liquid: Liquid;

  constructor(directory: string) {
    this.#liquid = new Liquid({
      root: directory,
      cache: true,
      relativeReference: false,
      strictVariables: true,
      strictFilters: true,
      ownPropertyOnly: true,
    });
  }

  /** @throws BootstrapError `internal` for a missing or broken template, and for a Secret among the values. */
  render(name: string, values: TemplateValues): string {
    return this.#render(name, replaceSecrets(values, refuse) as TemplateValues);
  }

  /** For a text that contains secrets: the result is one itself, shown as `label`. */
  renderSecret(name: string, values: TemplateValues, label: string): Secret {
    const revealed = replaceSecrets(values, (secret) => secret.reveal()) as TemplateValues;
    return new Secret(this.#render(name, revealed), label);
  }

  #render(name: string, values: TemplateValues): string {
    try {
      return this.#liquid.renderFileSync(`${name}.liquid`, values) as string;
    } catch (error) {
      // Without `cause`: its context lines could show values. The first line names the file, line and column.
      throw new BootstrapError('internal', `template ${name}: ${firstLine(error)}`);
    }
  }
}

let shipped: Templates | undefined;

/**
 * Renders templates/NAME.liquid. A variable or filter that does not exist is an error, also in a condition: give null
 * for what is absent and compare with `nil`.
 * @throws BootstrapError `internal` for a missing or broken template, and for a Secret among the values.
 */
export function renderTemplate(name: string, values: TemplateValues): string {
  return shippedTemplates().render(name, values);
}

/** The same for a text that contains secrets: the result is one itself, shown as `label`. */
export function renderSecretTemplate(name: string, values: TemplateValues, label: string): Secret {
  return shippedTemplates().renderSecret(name, values, label);
}

function shippedTemplates(): Templates {
  shipped ??= new Templates(packagePath('templates'));
  return shipped;
}

function firstLine(error: unknown): string {
  const text = asError(error).message;
  return text.split('\n', 1)[0] ?? text;
}

function refuse(secret: Secret): never {
  throw new BootstrapError('internal', `the ${secret.label} must go through renderSecretTemplate`);
}

function replaceSecrets(value: unknown, replace: (secret: Secret) => string): unknown {
  if (value instanceof Secret) return replace(value);
  if (Array.isArray(value)) return value.map((item) => replaceSecrets(item, replace));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, replaceSecrets(item, replace)]));
}
