import type { Measure, Setting } from '../bench.ts';
import { type Measured, ratios, result } from '../figures.ts';
import { type Format, OTLP_JSON, OTLP_PROTOBUF, WEBHOOK } from '../formats.ts';
import { interleaved } from '../interleaved.ts';
import { post, type Speed } from '../post.ts';
import { withCollector } from '../start-collector.ts';
import { RECORDS_OF_REQUEST } from '../telemetry.ts';
import { createTraffic } from '../traffic.ts';
import { speedFigures } from './ingest.ts';

/** Who sends: a client what it logged in five seconds, or an OpenTelemetry Collector what hundreds of them did. */
const SENDERS = {
  client: { perPost: 2, connections: 64, name: 'a client, 2 requests in a post' },
  relay: { perPost: 100, connections: 16, name: 'a relay, 100 in a post' },
} as const;
type Sender = (typeof SENDERS)[keyof typeof SENDERS];

/** Telemetry as the real client sends it, compressed and with all its noise, against the webhook with as many in a post. */
export const telemetry: Measure = async (setting) => {
  const client = await compare(setting, SENDERS.client);
  const relay = await compare(setting, SENDERS.relay);
  return {
    results: [...client.results, ...relay.results],
    figures: [
      ...client.figures,
      ...relay.figures,
      { what: 'records in telemetry for each request', value: RECORDS_OF_REQUEST, unit: 'records' },
    ],
  };
};

async function compare(setting: Setting, { perPost, connections, name }: Sender): Promise<Measured> {
  const { webhook, protobuf, json } = await interleaved(setting.rounds, {
    webhook: () => run('webhook', WEBHOOK),
    protobuf: () => run('protobuf', OTLP_PROTOBUF),
    json: () => run('JSON', OTLP_JSON),
  });
  const against = (speeds: readonly Speed[]) => ratios(speeds, webhook, ({ requestsPerSecond }) => requestsPerSecond);
  return {
    results: [
      result(
        { goal: `OTLP protobuf of ${name}, against the webhook`, unit: 'times', rounds: against(protobuf) },
        { atLeast: 0.5 },
      ),
      result(
        { goal: `OTLP JSON of ${name}, against the webhook`, unit: 'times', rounds: against(json) },
        { atLeast: 0.25 },
      ),
    ],
    figures: [
      ...speedFigures(`the webhook, ${name}`, webhook),
      ...speedFigures(`OTLP protobuf, ${name}`, protobuf),
      ...speedFigures(`OTLP JSON, ${name}`, json),
    ],
  };

  async function run(what: string, format: Format): Promise<Speed> {
    setting.tell(`telemetry: ${what} of ${name}`);
    const database = setting.file('telemetry.db');
    setting.remove(database);
    return await withCollector({ database }, (collector) =>
      post(collector, { format, perPost, connections, traffic: createTraffic(), seconds: setting.seconds }),
    );
  }
}
