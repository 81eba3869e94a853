import { z } from 'zod';
import { UsageBody } from './usage-body.ts';

/** The OpenAPI 3.1 description of the collector: our own format in full, foreign ones by name and reference. */
export function openApi(version: string) {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Quota Watch collector',
      version,
      description:
        'Bodies may be compressed with gzip. Errors are JSON: error, message and, for /v1/usage, problems. 503 and 429 may be ' +
        'tried again after Retry-After; nothing else may.',
    },
    security: [{ token: [] }],
    paths: {
      '/v1/usage': { post: usageOperation() },
      '/v1/logs': { post: otlpOperation('Claude Code events; requests, errors and compactions are kept') },
      '/v1/metrics': { post: otlpOperation('Claude Code metrics; only session starts are kept') },
      '/v1/traces': { post: otlpOperation('Accepted, nothing is kept') },
      '/v1/status-line': {
        post: {
          summary: "Claude Code's status line JSON; answers the line to show",
          requestBody: body({ type: 'object', required: ['session_id'] }),
          responses: {
            ...REFUSALS,
            200: { description: 'One line', content: { 'text/plain': { schema: { type: 'string' } } } },
          },
        },
      },
      '/v1/hooks': {
        post: {
          summary: "Claude Code's HTTP hooks; StopFailure with a reached limit is kept",
          requestBody: body({ type: 'object' }),
          responses: { ...REFUSALS, 200: { description: 'Always empty' } },
        },
      },
      '/v1/coverage': { get: coverageOperation() },
      '/healthz': { get: open('The process lives') },
      '/readyz': {
        get: {
          ...open('Ready to serve'),
          responses: { 200: { description: 'Ready' }, 503: { description: 'Not ready' } },
        },
      },
      '/metrics': { get: open('Counts and levels for Prometheus, in its text format') },
      '/client/{name}': {
        get: open("The program for developers' machines, a tarball for npx; not there where it was not built"),
        parameters: [{ name: 'name', in: 'path', required: true, schema: { type: 'string' } }],
      },
      '/openapi.json': { get: open('This description') },
    },
    components: {
      securitySchemes: { token: { type: 'http', scheme: 'bearer', description: 'qw_…, from /quota connect' } },
    },
  };
}

const REFUSALS = {
  400: { description: 'Malformed' },
  401: { description: 'Token missing, unknown or revoked' },
  413: { description: 'Too large' },
  415: { description: 'Wrong content type or encoding' },
  429: { description: 'Too many different wrong tokens from this address' },
  503: { description: 'Try again after Retry-After' },
};

function usageOperation() {
  const count = { type: 'integer', minimum: 0 };
  const names = ['accepted', 'duplicates', 'conflicts', 'unattributed', 'outdated'];
  const receipt = {
    type: 'object',
    required: names,
    properties: Object.fromEntries(names.map((name) => [name, count])),
  };
  const { $schema: _, ...schema } = z.toJSONSchema(UsageBody, { io: 'input' });
  return {
    summary: 'Requests and markers from any program, all or none',
    requestBody: body(schema),
    responses: {
      ...REFUSALS,
      200: { description: 'What became of them', content: { 'application/json': { schema: receipt } } },
    },
  };
}

function coverageOperation() {
  const moment = { type: 'integer', description: 'Epoch milliseconds' };
  const session = {
    type: 'object',
    required: ['session', 'from', 'to', 'requests'],
    properties: { session: { type: 'string' }, from: moment, to: moment, requests: { type: 'integer' } },
  };
  const answer = {
    type: 'object',
    required: ['of'],
    properties: {
      of: { enum: ['developer', 'team'], description: 'Whose token asked; a team’s reads about nobody' },
      sessions: { type: 'array', items: session },
    },
  };
  return {
    summary: 'What telemetry told of the own sessions, at most a day at once',
    parameters: ['from', 'to'].map((name) => ({ name, in: 'query', required: true, schema: moment })),
    responses: {
      ...REFUSALS,
      200: { description: 'Sessions of that time', content: { 'application/json': { schema: answer } } },
    },
  };
}

function otlpOperation(summary: string) {
  const schema = { type: 'object', externalDocs: { url: 'https://opentelemetry.io/docs/specs/otlp/' } };
  const protobuf = { 'application/x-protobuf': { schema: { type: 'string', format: 'binary' } } };
  return {
    summary: `OTLP/HTTP: ${summary}`,
    requestBody: { ...body(schema), content: { ...body(schema).content, ...protobuf } },
    responses: { ...REFUSALS, 200: { description: 'Export response in the encoding of the request' } },
  };
}

function body(schema: object) {
  return { required: true, content: { 'application/json': { schema } } };
}

function open(summary: string) {
  return { summary, security: [], responses: { 200: { description: 'OK' } } };
}
