-- Requests that the sums (usage_hours, prompts, version_days) may not count yet: sums are written once for many commits.
-- After a crash they are counted anew. A row for each commit: [developer_id, ended_at, nth] of each of its requests.
CREATE TABLE uncounted (
  id       INTEGER PRIMARY KEY,
  requests TEXT NOT NULL
) STRICT;

-- Sums are written for a part of all developers at a time: developer_id % 32. A part counts the requests up to this row.
CREATE TABLE counted_up_to (
  part         INTEGER PRIMARY KEY,
  uncounted_id INTEGER NOT NULL
) STRICT;

WITH RECURSIVE parts AS (SELECT 0 AS part UNION ALL SELECT part + 1 FROM parts WHERE part < 31)
INSERT INTO counted_up_to SELECT part, 0 FROM parts;
