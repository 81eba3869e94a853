import { logItems, protobufLogItems } from '../../../src/collector/otlp/log-items.ts';
import { parseLogs } from '../../../src/collector/otlp/parse-logs.ts';
import { parseJson } from '../../../src/collector/read-body.ts';
import { decodeWholly } from '../../collector/otlp/decode-wholly.ts';

/**
 * Records that nobody needs are passed over without parsing them. What is refused must be what is refused when all of it is
 * parsed; and nothing may be told that the whole does not tell. Where a name is there twice, the short cut may tell less.
 */
export function faultInJsonLogs(body: Buffer): string | undefined {
  const quick = told(() => logItems(parseLogs(body)));
  const whole = told(() => logItems(parseJson(body)));
  if ((quick === undefined) !== (whole === undefined))
    return `only one way refused it: ${quick ? 'the whole' : 'quick'}`;
  return toldMore(quick, whole);
}

/** In protobuf what is passed over is bounded by its length, and may be anything. */
export function faultInProtobufLogs(body: Buffer): string | undefined {
  const quick = told(() => protobufLogItems(body));
  const whole = told(() => logItems(decodeWholly(body)));
  if (quick === undefined && whole !== undefined) return 'only the short cut refused it';
  return whole && toldMore(quick, whole);
}

/** The items, each as text; undefined: refused. */
function told(read: () => { readonly items: readonly object[] }): readonly string[] | undefined {
  try {
    return read().items.map((item) => JSON.stringify(item));
  } catch {
    return undefined;
  }
}

function toldMore(quick: readonly string[] = [], whole: readonly string[] = []): string | undefined {
  const left = [...whole];
  const invented = quick.filter((item) => {
    const at = left.indexOf(item);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  return invented.length === 0 ? undefined : `only the short cut tells ${invented.join(', ')}`;
}
