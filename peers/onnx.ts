/**
 * Writes small ONNX models for onnxruntime: one operator, with inputs from outside or stored in the model. Only the fields these
 * models need, in protobuf's wire format (onnx.proto3, IR version 8).
 */

export const ELEMENT = { f32: 1, u8: 2 } as const;
export type Element = keyof typeof ELEMENT;

/** A tensor that a caller feeds or receives. */
export interface Port {
  readonly name: string;
  readonly element: Element;
  readonly dims: readonly number[];
}

/** A tensor stored in the model, little endian. */
export interface Initializer extends Port {
  readonly bytes: Uint8Array;
}

export interface Operator {
  readonly type: string;
  /** Empty for ONNX's own operators. */
  readonly domain: string;
  /** Names of inputs and initializers, in the operator's order. */
  readonly inputs: readonly string[];
  readonly attributes: Readonly<Record<string, number>>;
}

export interface Model {
  readonly operator: Operator;
  readonly inputs: readonly Port[];
  readonly initializers: readonly Initializer[];
  readonly output: Port;
}

const IR_VERSION = 8;
const OPSETS: readonly [domain: string, version: number][] = [
  ['', 17],
  ['com.microsoft', 1],
];
const ATTRIBUTE_INT = 2;

export function encodeModel({ operator, inputs, initializers, output }: Model): Uint8Array {
  const node = [
    ...operator.inputs.map((name) => text(1, name)),
    text(2, output.name),
    text(4, operator.type),
    ...Object.entries(operator.attributes).map(([name, value]) =>
      message(5, [text(1, name), integer(3, value), integer(20, ATTRIBUTE_INT)]),
    ),
    text(7, operator.domain),
  ];
  const graph = [
    message(1, node),
    text(2, operator.type),
    ...initializers.map(tensor),
    ...inputs.map((port) => valueInfo(11, port)),
    valueInfo(12, output),
  ];
  const opsets = OPSETS.map(([domain, version]) => message(8, [text(1, domain), integer(2, version)]));
  return join([integer(1, IR_VERSION), message(7, graph), ...opsets]);
}

function tensor({ name, element, dims, bytes }: Initializer): Uint8Array {
  return message(5, [
    ...dims.map((dim) => integer(1, dim)),
    integer(2, ELEMENT[element]),
    text(8, name),
    raw(9, bytes),
  ]);
}

function valueInfo(field: number, { name, element, dims }: Port): Uint8Array {
  const shape = message(
    2,
    dims.map((dim) => message(1, [integer(1, dim)])),
  );
  return message(field, [text(1, name), message(2, [message(1, [integer(1, ELEMENT[element]), shape])])]);
}

/** Field of wire type 0. */
function integer(field: number, value: number): Uint8Array {
  return Uint8Array.from([...varint(field << 3), ...varint(value)]);
}

/** Field of wire type 2. */
function raw(field: number, bytes: Uint8Array): Uint8Array {
  return join([Uint8Array.from([...varint((field << 3) | 2), ...varint(bytes.byteLength)]), bytes]);
}

function text(field: number, value: string): Uint8Array {
  return raw(field, new TextEncoder().encode(value));
}

function message(field: number, parts: readonly Uint8Array[]): Uint8Array {
  return raw(field, join(parts));
}

/** @throws RangeError for a value that is no natural number */
export function varint(value: number): number[] {
  if (!Number.isSafeInteger(value) || value < 0) throw new RangeError(`a varint holds natural numbers, got ${value}`);
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 128);
  return [...bytes, rest];
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.byteLength;
  }
  return whole;
}
