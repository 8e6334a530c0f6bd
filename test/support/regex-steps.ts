// Counts how many steps a backtracking matcher takes for a pattern: whether it is slow is told without a clock.
import { RegExpParser, type AST } from '@eslint-community/regexpp';

type Range = Pick<AST.Quantifier, 'min' | 'max'>;
type Next = (at: number) => boolean;

/** Steps that looking for the pattern in the text takes. */
export function regexSteps({ source, flags }: RegExp, text: string): number {
  const matcher = new Matcher(text, flags.replace(/[gy]/g, ''));
  const { alternatives } = new RegExpParser().parsePattern(source, 0, source.length, {
    unicode: flags.includes('u'),
  });
  for (let start = 0; start <= text.length; start += 1) {
    if (matcher.either(alternatives, start, () => true)) break;
  }
  return matcher.steps;
}

class Matcher {
  steps = 0;
  readonly #text: string;
  readonly #flags: string;
  readonly #characters = new Map<string, Map<string, boolean>>();
  readonly #groups = new Map<AST.CapturingGroup, string>();

  constructor(text: string, flags: string) {
    this.#text = text;
    this.#flags = flags;
  }

  either(alternatives: readonly AST.Alternative[], at: number, next: Next): boolean {
    return alternatives.some(({ elements }) => this.#sequence(elements, at, next));
  }

  #sequence(elements: readonly AST.Element[], at: number, next: Next): boolean {
    const [first, ...rest] = elements;
    if (first === undefined) return next(at);
    return this.#element(first, at, (end) => this.#sequence(rest, end, next));
  }

  #element(element: AST.Element, at: number, next: Next): boolean {
    this.steps += 1;
    switch (element.type) {
      case 'Group':
        return this.either(element.alternatives, at, next);
      case 'CapturingGroup':
        return this.either(element.alternatives, at, (end) => {
          this.#groups.set(element, this.#text.slice(at, end));
          return next(end);
        });
      case 'Quantifier':
        return this.#repeat(element, at, next);
      case 'Assertion':
        return this.#holds(element, at) && next(at);
      case 'Backreference': {
        const group = Array.isArray(element.resolved) ? element.resolved[0] : element.resolved;
        const words = (group === undefined ? undefined : this.#groups.get(group)) ?? '';
        return this.#text.startsWith(words, at) && next(at + words.length);
      }
      default:
        return this.#isAt(element, at) && next(at + 1);
    }
  }

  #holds(assertion: AST.Assertion, at: number): boolean {
    switch (assertion.kind) {
      case 'start':
        return at === 0;
      case 'end':
        return at === this.#text.length;
      case 'word': {
        const isWord = (index: number): boolean => /\w/.test(this.#text.charAt(index));
        return (isWord(at - 1) !== isWord(at)) !== assertion.negate;
      }
      case 'lookahead':
        return this.either(assertion.alternatives, at, () => true) !== assertion.negate;
      case 'lookbehind':
        throw new Error('patterns with lookbehind are not counted');
    }
  }

  #repeat({ element, min, max, greedy }: AST.Quantifier, at: number, next: Next): boolean {
    if (!isCharacter(element)) return this.#repeatGroup({ element, min, max, greedy }, at, next);
    return greedy
      ? this.#longest(element, { min, max }, at, next)
      : this.#shortest(element, { min, max }, at, next);
  }

  #longest(element: AST.Element, { min, max }: Range, at: number, next: Next): boolean {
    let count = 0;
    while (count < max && this.#isAt(element, at + count)) count += this.#step();
    for (; count >= min; count -= this.#step()) {
      if (next(at + count)) return true;
    }
    return false;
  }

  #shortest(element: AST.Element, { min, max }: Range, at: number, next: Next): boolean {
    for (let count = 0; count <= max; count += this.#step()) {
      if (count >= min && next(at + count)) return true;
      if (!this.#isAt(element, at + count)) return false;
    }
    return false;
  }

  #repeatGroup(
    part: Pick<AST.Quantifier, 'element' | 'min' | 'max' | 'greedy'>,
    at: number,
    next: Next,
  ): boolean {
    const { element, min, max, greedy } = part;
    const more = (): boolean =>
      max > 0 &&
      this.#element(
        element,
        at,
        (end) =>
          (end > at || min > 0) &&
          this.#repeatGroup({ ...part, min: Math.max(0, min - 1), max: max - 1 }, end, next),
      );
    if (min > 0) return more();
    return greedy ? more() || next(at) : next(at) || more();
  }

  #step(): number {
    this.steps += 1;
    return 1;
  }

  #isAt({ raw }: AST.Element, at: number): boolean {
    const character = this.#text.charAt(at);
    const known = this.#characters.get(raw) ?? new Map<string, boolean>();
    this.#characters.set(raw, known);
    const isKnown = known.get(character);
    if (isKnown !== undefined) return isKnown;
    const is = character !== '' && new RegExp(`^${raw}$`, this.#flags).test(character);
    known.set(character, is);
    return is;
  }
}

function isCharacter({ type }: AST.Element): boolean {
  return type === 'Character' || type === 'CharacterSet' || type === 'CharacterClass';
}
