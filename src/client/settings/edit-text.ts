import { type Child, childrenOf, rootOf, type Span } from './json-text.ts';

/** The keys from the top to a member. */
export type Path = readonly string[];

/** The source text of a member's value; undefined: there is no such member. */
export function sourceAt(text: string, path: Path): string | undefined {
  const span = spanAt(text, path);
  return span && text.slice(span.start, span.end);
}

/** Sets a member to a value given as JSON source; objects on the way to it are made. Every other byte stays as it is. */
export function withMember(text: string, path: Path, source: string): string {
  const span = spanAt(text, path);
  if (span) return text.slice(0, span.start) + source + text.slice(span.end);
  const parent = path.slice(0, -1);
  const key = path.at(-1) ?? '';
  if (!spanAt(text, parent)) return withMember(text, parent, JSON.stringify({ [key]: JSON.parse(source) }));
  return withChild(text, parent, (layout) => `${JSON.stringify(key)}:${layout.gap}${laidOut(source, layout)}`);
}

/** Adds an item to the end of an array. */
export function withItem(text: string, path: Path, source: string): string {
  return withChild(text, path, (layout) => laidOut(source, layout));
}

/** Takes a member out. */
export function withoutMember(text: string, path: Path): string {
  const parent = spanAt(text, path.slice(0, -1));
  if (!parent) return text;
  const children = childrenOf(text, parent.start);
  return withoutChild(text, parent, { children, index: children.findLastIndex(({ key }) => key === path.at(-1)) });
}

/** Takes an item out of an array. */
export function withoutItem(text: string, path: Path, index: number): string {
  const parent = spanAt(text, path);
  return parent ? withoutChild(text, parent, { children: childrenOf(text, parent.start), index }) : text;
}

function spanAt(text: string, path: Path): Span | undefined {
  let span: Span = rootOf(text);
  for (const key of path) {
    if (text[span.start] !== '{') return undefined;
    const member = childrenOf(text, span.start).findLast((child) => child.key === key);
    if (!member) return undefined;
    span = member.value;
  }
  return span;
}

interface Children {
  readonly children: readonly Child[];
  readonly index: number;
}

function withoutChild(text: string, parent: Span, { children, index }: Children): string {
  const child = children[index];
  if (!child) return text;
  const [before, after] = [children[index - 1], children[index + 1]];
  if (!before && !after) return text.slice(0, parent.start + 1) + text.slice(parent.end - 1);
  if (after) return text.slice(0, child.start) + text.slice(after.start);
  return text.slice(0, before?.end) + text.slice(child.end);
}

/** How a text is laid out where something new stands. */
interface Layout {
  /** What stands before it: a line break with its indentation, or nothing. */
  readonly lead: string;
  /** What one level is indented by; empty: all stands on one line. */
  readonly unit: string;
  /** Between a colon and the value. */
  readonly gap: string;
}

function withChild(text: string, path: Path, render: (layout: Layout) => string): string {
  const parent = spanAt(text, path);
  if (!parent) return text;
  const last = childrenOf(text, parent.start).at(-1);
  const layout = layoutOf(text, { depth: path.length + 1, last });
  if (last) return `${text.slice(0, last.end)},${layout.lead}${render(layout)}${text.slice(last.end)}`;
  const tail = layout.lead.slice(0, layout.lead.length - layout.unit.length);
  return `${text.slice(0, parent.start + 1)}${layout.lead}${render(layout)}${tail}${text.slice(parent.end - 1)}`;
}

/** As the sister before stands; where there is none, as the first member of the file does. */
function layoutOf(text: string, { depth, last }: { depth: number; last: Child | undefined }): Layout {
  const [first] = childrenOf(text, rootOf(text).start);
  const firstLead = first && leadOf(text, first);
  const lead = last ? leadOf(text, last) : undefined;
  const isFlat = !(lead ?? firstLead ?? '\n').includes('\n');
  const unit = isFlat ? '' : firstLead?.split('\n').at(-1) || '  ';
  const isTight = first && !/\s$/.test(text.slice(first.start, first.value.start));
  const gap = isTight ? '' : ' ';
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  return { unit, lead: lead ?? (isFlat ? '' : eol + unit.repeat(depth)), gap };
}

function leadOf(text: string, { start }: Span): string {
  return /\s*$/.exec(text.slice(Math.max(0, start - MAX_LEAD), start))?.[0] ?? '';
}

const MAX_LEAD = 200;

function laidOut(source: string, { lead, unit }: Layout): string {
  if (unit === '') return source;
  return JSON.stringify(JSON.parse(source), undefined, unit).replaceAll('\n', lead);
}
