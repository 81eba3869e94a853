-- Incidents of the fleet have no developer; an incident may be part of the fleet's.
CREATE TABLE new_incidents (
  id               INTEGER PRIMARY KEY,
  developer_id     INTEGER REFERENCES developers (id),
  kind             TEXT    NOT NULL,
  subject          TEXT    NOT NULL,
  severity         TEXT    NOT NULL CHECK (severity IN ('recorded', 'info', 'warning', 'critical')),
  opened_at        INTEGER NOT NULL,
  last_evidence_at INTEGER NOT NULL,
  is_late          INTEGER NOT NULL CHECK (is_late IN (0, 1)),
  resolved_at      INTEGER,
  resolved_by      TEXT,
  -- The incident of the fleet that speaks for this one.
  part_of          INTEGER REFERENCES incidents (id),
  evidence         TEXT    NOT NULL,
  -- What it took of a quota window.
  points_lost      TEXT,
  CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
  CHECK ((developer_id IS NULL) = (kind = 'fleet_regression'))
) STRICT;

INSERT INTO new_incidents (
  id, developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, resolved_at, resolved_by, evidence
)
SELECT
  id, developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, resolved_at, resolved_by, evidence
FROM incidents;

DROP TABLE incidents;
ALTER TABLE new_incidents RENAME TO incidents;

CREATE UNIQUE INDEX incidents_unresolved ON incidents (coalesce(developer_id, 0), kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX incidents_by_subject ON incidents (developer_id, kind, subject, opened_at);
CREATE INDEX incidents_by_time ON incidents (opened_at);
CREATE INDEX incidents_by_developer ON incidents (developer_id, opened_at);
CREATE INDEX incidents_open ON incidents (id) WHERE resolved_at IS NULL;
CREATE INDEX incidents_by_part ON incidents (part_of) WHERE part_of IS NOT NULL;

-- Up to where the session's turns are in version_days: what is judged again is not counted again.
ALTER TABLE sessions ADD COLUMN counted_until INTEGER NOT NULL DEFAULT 0;
-- How many developers are at work on one client version.
CREATE INDEX sessions_by_version ON sessions (client_version, last_seen_at);
ALTER TABLE cache_reports ADD COLUMN model TEXT;
ALTER TABLE developers ADD COLUMN plan TEXT;

-- What the developer spent between the rise before and this one, once late telemetry has had its time. NULL: not
-- settled; -1: some of it has no known price.
ALTER TABLE readings ADD COLUMN spent_micros INTEGER;
CREATE INDEX readings_unsettled ON readings (at) WHERE spent_micros IS NULL;

-- What each hour used, kept with every request, so that nobody's past is read from raw requests.
CREATE TABLE usage_hours (
  developer_id          INTEGER NOT NULL REFERENCES developers (id),
  hour_at               INTEGER NOT NULL,
  model                 TEXT    NOT NULL,
  requests              INTEGER NOT NULL,
  input_tokens          INTEGER NOT NULL,
  output_tokens         INTEGER NOT NULL,
  cache_read_tokens     INTEGER NOT NULL,
  cache_creation_tokens INTEGER NOT NULL,
  cost_micros           INTEGER NOT NULL,
  unpriced_requests     INTEGER NOT NULL,
  PRIMARY KEY (developer_id, hour_at, model)
) STRICT, WITHOUT ROWID;

INSERT INTO usage_hours
SELECT
  developer_id, ended_at - ended_at % 3600000, model, count(*), sum(input_tokens), sum(output_tokens),
  sum(cache_read_tokens), sum(cache_creation_tokens), coalesce(sum(cost_micros), 0), count(*) - count(cost_micros)
FROM requests
GROUP BY 1, 2, 3;

-- What each prompt took, with all that it set off.
CREATE TABLE prompts (
  developer_id      INTEGER NOT NULL REFERENCES developers (id),
  prompt_id         TEXT    NOT NULL,
  session           TEXT    NOT NULL,
  -- Of its main conversation, else of its first request.
  model             TEXT    NOT NULL,
  started_at        INTEGER NOT NULL,
  ended_at          INTEGER NOT NULL,
  requests          INTEGER NOT NULL,
  cost_micros       INTEGER NOT NULL,
  unpriced_requests INTEGER NOT NULL,
  PRIMARY KEY (developer_id, prompt_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX prompts_by_time ON prompts (developer_id, ended_at);

INSERT INTO prompts
SELECT
  developer_id, prompt_id, min(session), coalesce(min(model) FILTER (WHERE origin = 'main'), min(model)), min(started_at), max(ended_at), count(*),
  coalesce(sum(cost_micros), 0), count(*) - count(cost_micros)
FROM requests
WHERE prompt_id IS NOT NULL
GROUP BY 1, 2;

-- Cache misses of main conversations by client version and UTC day: at turn boundaries, mid-turn and after resumes.
CREATE TABLE version_days (
  day_at            INTEGER NOT NULL,
  client_version    TEXT    NOT NULL,
  developer_id      INTEGER NOT NULL REFERENCES developers (id),
  boundaries        INTEGER NOT NULL,
  boundary_misses   INTEGER NOT NULL,
  mid_turns         INTEGER NOT NULL,
  mid_turn_misses   INTEGER NOT NULL,
  resumes           INTEGER NOT NULL,
  resume_rewrites   INTEGER NOT NULL,
  PRIMARY KEY (day_at, client_version, developer_id)
) STRICT, WITHOUT ROWID;

-- Points per dollar as last learnt, so that colleagues on the same plan can borrow them.
CREATE TABLE exchange_rates (
  developer_id INTEGER NOT NULL REFERENCES developers (id),
  window_kind  TEXT    NOT NULL,
  points       REAL    NOT NULL,
  low          REAL    NOT NULL,
  high         REAL    NOT NULL,
  samples      INTEGER NOT NULL,
  learnt_at    INTEGER NOT NULL,
  PRIMARY KEY (developer_id, window_kind)
) STRICT, WITHOUT ROWID;

-- A developer's requests of a few hours are few: the index by time finds a session's among them, and writes are cheaper.
DROP INDEX requests_by_session;

-- Whose status line was heard lately.
CREATE INDEX feeds_by_time ON feeds (feed, last_at);
