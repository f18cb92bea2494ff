/**
 * Arithmetic in front matter: `4 * TILE_K * (TILE_M + TILE_N)`, `m <= 16`, `TILE_M % THREAD_M == 0`.
 *
 * Integers, names, parentheses and the operators below, parsed once to a tree of plain data, so that a kernel from any git
 * ref states its conditions without its code being run. A comparison is 1 or 0.
 */

/** Binary operators by binding strength; all associate to the left. */
const OPERATORS = [['or'], ['and'], ['==', '!=', '<=', '>=', '<', '>'], ['+', '-'], ['*', '/', '%']] as const;
type Operator = (typeof OPERATORS)[number][number];

type Node =
  | { readonly kind: 'number'; readonly value: number }
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'binary'; readonly operator: Operator; readonly left: Node; readonly right: Node };

export interface Expression {
  /** As written. */
  readonly text: string;
  readonly root: Node;
}

const APPLY: Readonly<Record<Operator, (left: number, right: number) => number>> = {
  or: (left, right) => Number(left !== 0 || right !== 0),
  and: (left, right) => Number(left !== 0 && right !== 0),
  '==': (left, right) => Number(left === right),
  '!=': (left, right) => Number(left !== right),
  '<=': (left, right) => Number(left <= right),
  '>=': (left, right) => Number(left >= right),
  '<': (left, right) => Number(left < right),
  '>': (left, right) => Number(left > right),
  '+': (left, right) => left + right,
  '-': (left, right) => left - right,
  '*': (left, right) => left * right,
  '/': (left, right) => left / right,
  '%': (left, right) => left % right,
};

/**
 * Parses `text`, in which only `names` may appear.
 *
 * @throws SyntaxError saying what was expected and at which character
 */
export function parseExpression(text: string, names: readonly string[]): Expression {
  const tokens = tokenize(text);
  let next = 0;

  const refuse = (expected: string): never => {
    const found = tokens[next];
    const where = found ? `"${found.text}" at character ${found.at + 1}` : 'the end';
    throw new SyntaxError(`expected ${expected}, got ${where} of "${text}"`);
  };
  const take = (wanted: string): void => {
    if (tokens[next]?.text !== wanted) refuse(`"${wanted}"`);
    next += 1;
  };
  const operand = (): Node => {
    const token = tokens[next];
    if (token?.text === '(') {
      next += 1;
      const inner = binary(0);
      take(')');
      return inner;
    }
    if (token && /^\d/.test(token.text)) {
      next += 1;
      return { kind: 'number', value: Number(token.text) };
    }
    if (!token || !names.includes(token.text)) return refuse(`a number or one of ${names.join(', ')}`);
    next += 1;
    return { kind: 'name', name: token.text };
  };
  const binary = (strength: number): Node => {
    const operators: readonly Operator[] | undefined = OPERATORS[strength];
    if (!operators) return operand();
    let left = binary(strength + 1);
    for (;;) {
      const operator = operators.find((candidate) => candidate === tokens[next]?.text);
      if (!operator) return left;
      next += 1;
      left = { kind: 'binary', operator, left, right: binary(strength + 1) };
    }
  };

  const root = binary(0);
  if (next < tokens.length) refuse('an operator');
  return { text, root };
}

/**
 * The value under `scope`, which must hold every name that was allowed when parsing.
 *
 * @param divisions of counts have no remainder when `exact`: the value is NaN if one has
 */
export function evaluate(
  expression: Expression,
  scope: Readonly<Record<string, number>>,
  divisions: 'exact' | 'any' = 'any',
): number {
  const visit = (node: Node): number => {
    if (node.kind === 'number') return node.value;
    if (node.kind === 'binary') {
      const [left, right] = [visit(node.left), visit(node.right)];
      return divisions === 'exact' && node.operator === '/' && left % right !== 0
        ? Number.NaN
        : APPLY[node.operator](left, right);
    }
    const value = scope[node.name];
    if (value === undefined) throw new ReferenceError(`"${node.name}" has no value here`);
    return value;
  };
  return visit(expression.root);
}

/** The names it mentions. */
export function namesIn({ root }: Expression): string[] {
  const visit = (node: Node): string[] => {
    if (node.kind === 'binary') return [...visit(node.left), ...visit(node.right)];
    return node.kind === 'name' ? [node.name] : [];
  };
  return visit(root);
}

interface Token {
  readonly text: string;
  /** Offset of its first character. */
  readonly at: number;
}

function tokenize(text: string): Token[] {
  const pattern = /\s*(\d+|[A-Za-z_]\w*|[=!<>]=|[<>+\-*/%()]|\S)/gy;
  return [...text.matchAll(pattern)].map((match) => {
    const token = match[1] ?? '';
    return { text: token, at: match.index + match[0].length - token.length };
  });
}
