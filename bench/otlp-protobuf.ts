import { fileURLToPath } from 'node:url';
import protobuf from 'protobufjs';

const ExportLogs = protobuf
  .loadSync(fileURLToPath(new URL('otlp-logs.proto', import.meta.url)))
  .lookupType('ExportLogsServiceRequest');

/** A body of OTLP/JSON as protobuf. */
export function encodeLogs(body: object): Uint8Array {
  return ExportLogs.encode(ExportLogs.fromObject(body)).finish();
}
