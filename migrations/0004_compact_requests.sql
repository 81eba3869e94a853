-- A request of a heavy team comes many times a second and stays for long: it is kept in few bytes, in one place.

-- Who called the model, and for which prompt: what one request after the other repeats is written once. No two
-- developers share one; the same may be there twice, after a restart.
CREATE TABLE callers (
  id             INTEGER PRIMARY KEY,
  session        TEXT    NOT NULL,
  prompt_id      TEXT,
  origin         TEXT    NOT NULL CHECK (origin IN ('main', 'agent', 'background', 'unknown')),
  agent          TEXT,
  query_source   TEXT,
  model          TEXT    NOT NULL,
  client_version TEXT
) STRICT;

CREATE TEMP TABLE numbered AS
SELECT row_number() OVER () AS caller_id, *
FROM (
  SELECT developer_id, session, prompt_id, origin, agent, query_source, model, client_version, min(id) AS first_id
  FROM requests
  GROUP BY 1, 2, 3, 4, 5, 6, 7, 8
  ORDER BY first_id
);

CREATE INDEX temp.numbered_by_session ON numbered (developer_id, session);

INSERT INTO callers (id, session, prompt_id, origin, agent, query_source, model, client_version)
SELECT caller_id, session, prompt_id, origin, agent, query_source, model, client_version FROM numbered;

-- The key is the order in which requests are read, so that no other index is needed. No foreign keys: without an index
-- of their own, removing one caller would search all requests.
CREATE TABLE new_requests (
  developer_id             INTEGER NOT NULL,
  ended_at                 INTEGER NOT NULL,
  -- 0, and more only where several of a developer's requests ended in the same millisecond.
  nth                      INTEGER NOT NULL,
  caller_id                INTEGER NOT NULL,
  sequence                 INTEGER,
  duration_ms              INTEGER NOT NULL,
  -- What the sender's clock said, where it was so far ahead that ended_at is the arrival.
  told_at                  INTEGER,
  -- How long after its end it arrived.
  underway_ms              INTEGER NOT NULL,
  -- Whether request_names has them.
  has_request_id           INTEGER NOT NULL CHECK (has_request_id IN (0, 1)),
  has_client_request_id    INTEGER NOT NULL CHECK (has_client_request_id IN (0, 1)),
  input_tokens             INTEGER NOT NULL,
  output_tokens            INTEGER NOT NULL,
  cache_read_tokens        INTEGER NOT NULL,
  cache_creation_tokens    INTEGER NOT NULL,
  cache_creation_5m_tokens INTEGER,
  cache_creation_1h_tokens INTEGER,
  cost_micros              INTEGER,
  PRIMARY KEY (developer_id, ended_at, nth)
) STRICT, WITHOUT ROWID;

INSERT INTO new_requests
SELECT
  old.developer_id, ended_at, row_number() OVER (PARTITION BY old.developer_id, ended_at ORDER BY old.id) - 1, caller_id,
  sequence, ended_at - started_at, told_at, received_at - ended_at, request_id IS NOT NULL,
  client_request_id IS NOT NULL, input_tokens, output_tokens, cache_read_tokens, cache_creation_tokens,
  cache_creation_5m_tokens, cache_creation_1h_tokens, cost_micros
FROM requests AS old CROSS JOIN numbered AS known
  ON known.developer_id = old.developer_id AND known.session = old.session AND known.prompt_id IS old.prompt_id
    AND known.origin = old.origin AND known.agent IS old.agent AND known.query_source IS old.query_source
    AND known.model = old.model AND known.client_version IS old.client_version;

DROP TABLE numbered;

-- What makes a request known when it comes again; it may outlive its request. A developer's are side by side, and most in
-- the order of time: request ids rise with it. A UUID is its 16 bytes.
CREATE TABLE request_names (
  developer_id INTEGER NOT NULL,
  name         ANY     NOT NULL,
  -- Whether it is a client_request_id: those have names of their own.
  is_client    INTEGER NOT NULL CHECK (is_client IN (0, 1)),
  -- Where its request is.
  ended_at     INTEGER NOT NULL,
  nth          INTEGER NOT NULL,
  PRIMARY KEY (developer_id, name, is_client)
) STRICT, WITHOUT ROWID;

WITH
  placed AS (
    SELECT
      developer_id, ended_at, row_number() OVER (PARTITION BY developer_id, ended_at ORDER BY id) - 1 AS nth, request_id,
      client_request_id
    FROM requests
  ),
  named AS (
    SELECT request_id AS name, 0 AS is_client, developer_id, ended_at, nth FROM placed
    UNION ALL
    SELECT client_request_id, 1, developer_id, ended_at, nth FROM placed
  ),
  hexed AS (SELECT *, lower(hex(unhex(name, '-'))) AS hexes FROM named WHERE name IS NOT NULL)
INSERT INTO request_names (developer_id, name, is_client, ended_at, nth)
SELECT
  developer_id,
  iif(
    name = format(
      '%s-%s-%s-%s-%s', substr(hexes, 1, 8), substr(hexes, 9, 4), substr(hexes, 13, 4), substr(hexes, 17, 4),
      substr(hexes, 21, 12)
    ) AND length(hexes) = 32,
    unhex(hexes), name
  ),
  is_client, ended_at, nth
FROM hexed;

DROP TABLE requests;
ALTER TABLE new_requests RENAME TO requests;

-- Few have told_at.
CREATE INDEX requests_by_told ON requests (developer_id, told_at) WHERE told_at IS NOT NULL;

-- Requests in the words of model/api-request.ts. Always found by developer and time, then joined: hence CROSS.
CREATE VIEW api_requests AS
SELECT
  requests.developer_id, session, origin, agent, query_source, model, client_version, prompt_id, sequence,
  ended_at - duration_ms AS started_at, ended_at, told_at, ended_at + underway_ms AS received_at, input_tokens,
  output_tokens, cache_read_tokens, cache_creation_tokens, cache_creation_5m_tokens, cache_creation_1h_tokens,
  cost_micros, nth, has_request_id, has_client_request_id
FROM requests CROSS JOIN callers ON callers.id = caller_id;
