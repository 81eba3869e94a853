-- Ids are never given twice: they stand in the buttons of messages in Slack.
CREATE TABLE new_incidents (
  id               INTEGER PRIMARY KEY AUTOINCREMENT,
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
  -- What people did about it; `…_by` is a Slack user.
  acknowledged_at  INTEGER,
  acknowledged_by  TEXT,
  feedback         TEXT    CHECK (feedback IN ('planned', 'false_alarm')),
  feedback_at      INTEGER,
  feedback_by      TEXT,
  CHECK ((resolved_at IS NULL) = (resolved_by IS NULL)),
  CHECK ((developer_id IS NULL) = (kind = 'fleet_regression'))
) STRICT;

INSERT INTO new_incidents (
  id, developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, resolved_at, resolved_by, part_of,
  evidence, points_lost
)
SELECT
  id, developer_id, kind, subject, severity, opened_at, last_evidence_at, is_late, resolved_at, resolved_by, part_of,
  evidence, points_lost
FROM incidents;

DROP TABLE incidents;
ALTER TABLE new_incidents RENAME TO incidents;

CREATE UNIQUE INDEX incidents_unresolved ON incidents (coalesce(developer_id, 0), kind, subject) WHERE resolved_at IS NULL;
CREATE INDEX incidents_by_subject ON incidents (developer_id, kind, subject, opened_at);
CREATE INDEX incidents_by_time ON incidents (opened_at);
CREATE INDEX incidents_by_developer ON incidents (developer_id, opened_at);
CREATE INDEX incidents_open ON incidents (id) WHERE resolved_at IS NULL;
CREATE INDEX incidents_by_part ON incidents (part_of) WHERE part_of IS NOT NULL;

-- What happened to an incident, for its thread; `by_user` is the Slack user who did it.
CREATE TABLE incident_events (
  id          INTEGER PRIMARY KEY,
  incident_id INTEGER NOT NULL REFERENCES incidents (id),
  at          INTEGER NOT NULL,
  event       TEXT    NOT NULL CHECK (
    event IN ('escalated', 'reopened', 'resolved', 'acknowledged', 'snoozed', 'planned', 'false_alarm')
  ),
  by_user     TEXT,
  -- Of a snooze: when it ends. Of an escalation: the severity reached. Of a resolution: why.
  detail      TEXT
) STRICT;

CREATE INDEX incident_events_by_incident ON incident_events (incident_id);

-- Kinds that somebody does not want to hear of for a while; no developer: the fleet's. A mute always ends.
CREATE TABLE mutes (
  developer_id INTEGER REFERENCES developers (id),
  kind         TEXT    NOT NULL,
  until        INTEGER NOT NULL,
  by_user      TEXT    NOT NULL,
  set_at       INTEGER NOT NULL
) STRICT;

CREATE UNIQUE INDEX mutes_of ON mutes (coalesce(developer_id, 0), kind);

-- What admins chose in Slack, as JSON; an empty table means the defaults.
CREATE TABLE settings (
  id       INTEGER PRIMARY KEY CHECK (id = 1),
  settings TEXT    NOT NULL
) STRICT;

-- Each look at somebody else's data, and each change of what the team shares.
CREATE TABLE audit (
  id           INTEGER PRIMARY KEY,
  at           INTEGER NOT NULL,
  by_user      TEXT    NOT NULL,
  action       TEXT    NOT NULL,
  -- Whose data it was; gone when they are forgotten.
  developer_id INTEGER REFERENCES developers (id) ON DELETE SET NULL,
  detail       TEXT
) STRICT;

CREATE INDEX audit_by_time ON audit (at);

-- Who has opened App Home, and what it showed last.
CREATE TABLE homes (
  slack_user   TEXT    PRIMARY KEY,
  opened_at    INTEGER NOT NULL,
  published_at INTEGER NOT NULL,
  fingerprint  TEXT    NOT NULL
) STRICT, WITHOUT ROWID;

-- Several incidents told in one message, because there were too many for one each.
CREATE TABLE digests (
  id        INTEGER PRIMARY KEY,
  opened_at INTEGER NOT NULL
) STRICT;

-- What admins must hear of: Quota Watch cannot do its work, and why.
CREATE TABLE admin_reports (
  id      INTEGER PRIMARY KEY,
  problem TEXT    NOT NULL,
  -- JSON, as the problem needs it.
  detail  TEXT    NOT NULL,
  at      INTEGER NOT NULL
) STRICT;

CREATE INDEX admin_reports_by_problem ON admin_reports (problem, at);

-- Messages to be deleted in Slack, because the person whom they speak of wants to be forgotten.
CREATE TABLE removals (
  channel TEXT    NOT NULL,
  ts      TEXT    NOT NULL,
  due_at  INTEGER NOT NULL,
  PRIMARY KEY (channel, ts)
) STRICT, WITHOUT ROWID;

-- Minutes since local midnight; both or neither.
ALTER TABLE developers ADD COLUMN quiet_from INTEGER;
ALTER TABLE developers ADD COLUMN quiet_until INTEGER;

-- When the developer was told that the feed works. What was heard before this version needs no word.
ALTER TABLE feeds ADD COLUMN announced_at INTEGER;
UPDATE feeds SET announced_at = last_at;
CREATE INDEX tokens_by_developer ON tokens (developer_id);
-- Who has headroom now, read from the index alone.
CREATE INDEX windows_running ON windows (resets_at, developer_id, account, kind, scope, used_percent);
CREATE INDEX developers_by_plan ON developers (plan);
CREATE INDEX feeds_unannounced ON feeds (developer_id) WHERE announced_at IS NULL;

-- Random; pseudonyms are made from it, so that nobody can compute whose they are.
ALTER TABLE installation ADD COLUMN pseudonym_secret BLOB;

CREATE TABLE new_notices (
  id            INTEGER PRIMARY KEY AUTOINCREMENT,
  subject       TEXT    NOT NULL CHECK (
    subject IN ('incident', 'summary', 'digest', 'admin_report', 'first_data', 'sample')
  ),
  incident_id   INTEGER REFERENCES incidents (id),
  -- Which one, where it is no incident: an ISO week such as 2026-W47, the id of a digest, report or developer, the moment of a sample.
  key           TEXT,
  about         TEXT    GENERATED ALWAYS AS (coalesce(CAST(incident_id AS TEXT), key)) VIRTUAL,
  audience      TEXT    NOT NULL CHECK (audience IN ('channel', 'developer', 'summary_channel', 'admin')),
  -- The Slack user, where subject and audience do not tell.
  recipient     TEXT,
  form          TEXT    NOT NULL CHECK (form IN ('message', 'reply', 'timeline')),
  reason        TEXT    NOT NULL,
  severity      TEXT    NOT NULL,
  state         TEXT    NOT NULL CHECK (state IN ('waiting', 'sending', 'sent', 'skipped', 'failed', 'digested')),
  decided_at    INTEGER NOT NULL,
  due_at        INTEGER NOT NULL,
  -- How often it went wrong by itself; what Slack's outages cost does not count.
  attempts      INTEGER NOT NULL DEFAULT 0,
  sent_at       INTEGER,
  -- Whether it put a message into Slack that was not there; edits disturb nobody.
  is_post       INTEGER NOT NULL DEFAULT 0 CHECK (is_post IN (0, 1)),
  slack_channel TEXT,
  slack_ts      TEXT,
  problem       TEXT,
  -- The newest event that a timeline tells.
  event_id      INTEGER,
  -- The digest that tells it.
  digest_id     INTEGER REFERENCES digests (id),
  CHECK ((subject = 'incident') = (incident_id IS NOT NULL)),
  CHECK ((subject = 'incident') = (key IS NULL)),
  CHECK ((state = 'digested') = (digest_id IS NOT NULL))
) STRICT;

INSERT INTO new_notices (
  id, subject, incident_id, key, audience, form, reason, severity, state, decided_at, due_at, attempts, sent_at,
  slack_channel, slack_ts, problem
)
SELECT
  id, iif(week IS NULL, 'incident', 'summary'), incident_id, week, audience, form, reason, severity, state, decided_at,
  due_at, attempts, sent_at, slack_channel, slack_ts, problem
FROM notices;

DROP TABLE notices;
ALTER TABLE new_notices RENAME TO notices;

-- One message is brought up to date once, however often its incident changed meanwhile.
CREATE UNIQUE INDEX notices_waiting ON notices (subject, about, audience, form)
  WHERE state = 'waiting' AND subject IN ('incident', 'digest', 'first_data');
-- The others are said once.
CREATE UNIQUE INDEX notices_once ON notices (subject, about, form, coalesce(recipient, ''))
  WHERE subject IN ('summary', 'admin_report', 'sample');
CREATE INDEX notices_due ON notices (due_at) WHERE state = 'waiting';
CREATE INDEX notices_unsettled ON notices (due_at) WHERE state = 'sending';
CREATE INDEX notices_by_incident ON notices (incident_id) WHERE incident_id IS NOT NULL;
CREATE INDEX notices_by_subject ON notices (subject, about, audience);
CREATE INDEX notices_by_digest ON notices (digest_id) WHERE digest_id IS NOT NULL;
-- How much a channel was told lately.
CREATE INDEX notices_posted ON notices (audience, sent_at) WHERE is_post = 1;
