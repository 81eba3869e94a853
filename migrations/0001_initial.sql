-- Times are epoch milliseconds (…_at), money is micro-dollars, percentages are 0 to 100.

CREATE TABLE developers (
  id                 INTEGER PRIMARY KEY,
  email              TEXT UNIQUE CHECK (email = lower(email)),
  slack_user         TEXT UNIQUE,
  name               TEXT,
  time_zone          TEXT,
  names_consented_at INTEGER,
  created_at         INTEGER NOT NULL
) STRICT;

CREATE TABLE tokens (
  id           INTEGER PRIMARY KEY,
  hash         BLOB    NOT NULL UNIQUE,
  kind         TEXT    NOT NULL CHECK (kind IN ('personal', 'team')),
  developer_id INTEGER REFERENCES developers (id),
  hint         TEXT    NOT NULL,
  created_at   INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked_at   INTEGER,
  CHECK ((kind = 'personal') = (developer_id IS NOT NULL))
) STRICT;

CREATE TABLE sessions (
  developer_id   INTEGER NOT NULL REFERENCES developers (id),
  session        TEXT    NOT NULL,
  account        TEXT    NOT NULL DEFAULT 'unknown',
  start_type     TEXT,
  client_version TEXT,
  first_seen_at  INTEGER NOT NULL,
  last_seen_at   INTEGER NOT NULL,
  PRIMARY KEY (developer_id, session)
) STRICT, WITHOUT ROWID;

-- Status line and hooks carry no email: with a team token they are joined through the session.
CREATE INDEX sessions_by_session ON sessions (session);

CREATE TABLE requests (
  id                       INTEGER PRIMARY KEY,
  developer_id             INTEGER NOT NULL REFERENCES developers (id),
  session                  TEXT    NOT NULL,
  origin                   TEXT    NOT NULL CHECK (origin IN ('main', 'agent', 'background', 'unknown')),
  agent                    TEXT,
  query_source             TEXT,
  model                    TEXT    NOT NULL,
  client_version           TEXT,
  prompt_id                TEXT,
  request_id               TEXT,
  client_request_id        TEXT,
  sequence                 INTEGER,
  started_at               INTEGER NOT NULL,
  ended_at                 INTEGER NOT NULL,
  -- What the sender's clock said, where it was so far ahead that ended_at is the arrival.
  told_at                  INTEGER,
  received_at              INTEGER NOT NULL,
  input_tokens             INTEGER NOT NULL,
  output_tokens            INTEGER NOT NULL,
  cache_read_tokens        INTEGER NOT NULL,
  cache_creation_tokens    INTEGER NOT NULL,
  cache_creation_5m_tokens INTEGER,
  cache_creation_1h_tokens INTEGER,
  cost_micros              INTEGER
) STRICT;

CREATE UNIQUE INDEX requests_by_request_id ON requests (developer_id, request_id) WHERE request_id IS NOT NULL;
CREATE UNIQUE INDEX requests_by_client_request_id ON requests (developer_id, client_request_id)
  WHERE client_request_id IS NOT NULL;
CREATE INDEX requests_by_session ON requests (developer_id, session, ended_at);
CREATE INDEX requests_by_told ON requests (developer_id, session, told_at) WHERE told_at IS NOT NULL;
CREATE INDEX requests_by_time ON requests (developer_id, ended_at);

CREATE TABLE api_errors (
  developer_id INTEGER NOT NULL REFERENCES developers (id),
  session      TEXT    NOT NULL,
  at           INTEGER NOT NULL,
  received_at  INTEGER NOT NULL,
  status_code  INTEGER NOT NULL,
  model        TEXT,
  PRIMARY KEY (developer_id, at, session, status_code)
) STRICT, WITHOUT ROWID;

CREATE TABLE markers (
  developer_id INTEGER NOT NULL REFERENCES developers (id),
  session      TEXT    NOT NULL,
  at           INTEGER NOT NULL,
  kind         TEXT    NOT NULL CHECK (kind IN ('resume', 'compaction', 'clear')),
  PRIMARY KEY (developer_id, session, at, kind)
) STRICT, WITHOUT ROWID;

CREATE TABLE windows (
  id            INTEGER PRIMARY KEY,
  developer_id  INTEGER NOT NULL REFERENCES developers (id),
  account       TEXT    NOT NULL,
  kind          TEXT    NOT NULL,
  scope         TEXT    NOT NULL,
  resets_at     INTEGER NOT NULL,
  used_percent  REAL    NOT NULL,
  last_read_at  INTEGER NOT NULL,
  -- The session that read it, so that the window follows when that session's account becomes known.
  session       TEXT    NOT NULL,
  -- When the client said that this limit is hit.
  refused_at    INTEGER,
  UNIQUE (developer_id, kind, scope, account, resets_at)
) STRICT;

-- Only readings that raised their window: the rest repeat what is known.
CREATE TABLE readings (
  window_id    INTEGER NOT NULL REFERENCES windows (id) ON DELETE CASCADE,
  at           INTEGER NOT NULL,
  used_percent REAL    NOT NULL,
  source       TEXT    NOT NULL CHECK (source IN ('status_line', 'stop_failure')),
  PRIMARY KEY (window_id, at)
) STRICT, WITHOUT ROWID;

-- The client's own count of its cache; a row for each change.
CREATE TABLE cache_reports (
  developer_id            INTEGER NOT NULL REFERENCES developers (id),
  session                 TEXT    NOT NULL,
  at                      INTEGER NOT NULL,
  requests                INTEGER NOT NULL,
  misses                  INTEGER NOT NULL,
  expected_rebuilds       INTEGER NOT NULL,
  miss_recache_tokens     INTEGER NOT NULL,
  last_miss_at            INTEGER,
  last_miss_cause         TEXT,
  ttl                     TEXT,
  expires_at              INTEGER,
  recache_tokens_if_cold  INTEGER,
  PRIMARY KEY (developer_id, session, at)
) STRICT, WITHOUT ROWID;

-- What each feed last sent, so that its age can be told.
CREATE TABLE feeds (
  developer_id INTEGER NOT NULL REFERENCES developers (id),
  feed         TEXT    NOT NULL CHECK (feed IN ('telemetry', 'status_line', 'hook', 'webhook')),
  last_at      INTEGER NOT NULL,
  PRIMARY KEY (developer_id, feed)
) STRICT, WITHOUT ROWID;

-- Status lines and hooks sent with a team token before telemetry named the session's developer.
CREATE TABLE unclaimed_reports (
  id          INTEGER PRIMARY KEY,
  session     TEXT    NOT NULL,
  received_at INTEGER NOT NULL,
  report      TEXT    NOT NULL
) STRICT;

CREATE INDEX unclaimed_reports_by_session ON unclaimed_reports (session);

-- Sessions whose new data no detector has seen: written with the data, deleted with what was found.
CREATE TABLE undetected (
  developer_id INTEGER NOT NULL REFERENCES developers (id),
  session      TEXT    NOT NULL,
  -- Event time from which on the session must be judged (again).
  from_at      INTEGER NOT NULL,
  -- Set when judging it failed: it must not keep the others from being judged.
  retry_at     INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (developer_id, session)
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
  id               INTEGER PRIMARY KEY,
  developer_id     INTEGER NOT NULL REFERENCES developers (id),
  kind             TEXT    NOT NULL,
  subject          TEXT    NOT NULL,
  severity         TEXT    NOT NULL CHECK (severity IN ('recorded', 'info', 'warning', 'critical')),
  opened_at        INTEGER NOT NULL,
  last_evidence_at INTEGER NOT NULL,
  is_late          INTEGER NOT NULL CHECK (is_late IN (0, 1)),
  resolved_at      INTEGER,
  resolved_by      TEXT,
  evidence         TEXT    NOT NULL,
  CHECK ((resolved_at IS NULL) = (resolved_by IS NULL))
) STRICT;

CREATE UNIQUE INDEX incidents_unresolved ON incidents (developer_id, kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX incidents_by_subject ON incidents (developer_id, kind, subject, opened_at);
CREATE INDEX incidents_by_time ON incidents (opened_at);
CREATE INDEX incidents_open ON incidents (id) WHERE resolved_at IS NULL;

-- The outbox. `sending` is claimed: after a crash nobody knows whether Slack has it, so it is looked up before it is sent again.
CREATE TABLE notices (
  id            INTEGER PRIMARY KEY,
  incident_id   INTEGER REFERENCES incidents (id),
  -- ISO week of a summary, e.g. 2026-W47.
  week          TEXT,
  audience      TEXT    NOT NULL CHECK (audience IN ('channel', 'developer', 'summary_channel')),
  form          TEXT    NOT NULL CHECK (form IN ('message', 'reply')),
  reason        TEXT    NOT NULL,
  severity      TEXT    NOT NULL,
  state         TEXT    NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'skipped', 'failed')),
  decided_at    INTEGER NOT NULL,
  due_at        INTEGER NOT NULL,
  -- How often it went wrong by itself; what Slack's outages cost does not count.
  attempts      INTEGER NOT NULL DEFAULT 0,
  sent_at       INTEGER,
  slack_channel TEXT,
  slack_ts      TEXT,
  problem       TEXT,
  CHECK ((incident_id IS NULL) <> (week IS NULL))
) STRICT;

-- One message is brought up to date once, however often its incident changed meanwhile.
CREATE UNIQUE INDEX notices_waiting ON notices (incident_id, audience, form)
  WHERE state = 'waiting' AND incident_id IS NOT NULL;
CREATE UNIQUE INDEX notices_of_week ON notices (week, form) WHERE week IS NOT NULL;
CREATE INDEX notices_due ON notices (due_at) WHERE state = 'waiting';
CREATE INDEX notices_unsettled ON notices (due_at) WHERE state = 'sending';
CREATE INDEX notices_by_incident ON notices (incident_id, audience);

CREATE TABLE installation (
  id           INTEGER PRIMARY KEY CHECK (id = 1),
  installed_at INTEGER NOT NULL
) STRICT;
