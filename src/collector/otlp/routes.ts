import type { FastifyInstance, FastifyRequest } from 'fastify';
import { ownerOfRequest } from '../authenticate.ts';
import type { Answer } from '../delivery.ts';
import type { Intake } from '../intake.ts';
import { JSON_TYPE, mediaTypeOf, PROTOBUF_TYPE, requireMediaType } from '../media-type.ts';
import type { LeftOut, Parsed } from '../parsed.ts';
import { Problem } from '../problem.ts';
import { parseJson } from '../read-body.ts';
import { decodeProtobuf } from './decode-protobuf.ts';
import { exportAnswer, type Rejected, type Signal } from './export-answer.ts';
import { logItems, protobufLogItems } from './log-items.ts';
import { metricItems } from './metric-items.ts';
import { METRICS_REQUEST } from './metrics-request.ts';
import { parseLogs } from './parse-logs.ts';

interface SignalReader {
  readonly signal: Signal;
  readonly ofJson: (body: Buffer) => Parsed;
  readonly ofProtobuf: (body: Buffer) => Parsed;
}

const READERS: readonly SignalReader[] = [
  { signal: 'logs', ofJson: (body) => logItems(parseLogs(body)), ofProtobuf: protobufLogItems },
  {
    signal: 'metrics',
    ofJson: (body) => metricItems(parseJson(body)),
    ofProtobuf: (body) => metricItems(decodeProtobuf(body, METRICS_REQUEST)),
  },
];

/** OTLP/HTTP: logs and metrics are read, traces are welcome and nothing of them is kept. */
export function registerOtlpRoutes(app: FastifyInstance, intake: Intake) {
  const onRequest = requireMediaType([JSON_TYPE, PROTOBUF_TYPE]);

  for (const reader of READERS) {
    const { signal } = reader;
    app.post(`/v1/${signal}`, { onRequest }, async (request, reply) => {
      const mediaType = mediaTypeOf(request);
      const receivedAt = intake.now();
      const parsed = await intake.read(request, (body) => itemsOf(body, mediaType, reader));
      const receipt = await intake.take({ owner: ownerOfRequest(request), feed: 'telemetry', parsed, receivedAt });
      return reply.type(mediaType).send(exportAnswer(mediaType, signal, rejectedOf(receipt, parsed.left)));
    });
  }

  app.post('/v1/traces', { onRequest }, async (request: FastifyRequest, reply) => {
    const mediaType = mediaTypeOf(request);
    return reply.type(mediaType).send(exportAnswer(mediaType, 'traces'));
  });
}

/** Throws Problem 400 that says where the body breaks. */
function itemsOf(body: Buffer, mediaType: string, { ofJson, ofProtobuf }: SignalReader): Parsed {
  if (mediaType === JSON_TYPE) return ofJson(body);
  try {
    return ofProtobuf(body);
  } catch (error) {
    if (error instanceof RangeError) throw new Problem(400, `The body is not an OTLP message: ${error.message}`);
    throw error;
  }
}

function rejectedOf({ unattributed, outdated }: Answer, { malformed }: LeftOut): Rejected | undefined {
  const reasons = [
    unattributed > 0 ? `${unattributed} named no user.email, which a team token needs` : '',
    outdated > 0 ? `${outdated} happened more than 90 days ago` : '',
    malformed > 0 ? `${malformed} lacked a session, a time, a model or token counts` : '',
  ].filter((reason) => reason !== '');
  if (reasons.length === 0) return undefined;
  return { count: unattributed + outdated + malformed, message: `Not kept: ${reasons.join('; ')}.` };
}
