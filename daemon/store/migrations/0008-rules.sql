-- Rights with dates, groups, the mode that the office set, who came in last. Frozen, as every migration.

ALTER TABLE resident ADD COLUMN belongs TEXT NOT NULL DEFAULT 'household' CHECK (belongs IN ('household', 'staff', 'delivery'));
-- Who needs longer to pass: how long the door opens for him. Why is nobody's business and stands nowhere.
ALTER TABLE resident ADD COLUMN opening_ms INTEGER CHECK (opening_ms IS NULL OR opening_ms BETWEEN 300 AND 30000);

ALTER TABLE entitlement ADD COLUMN not_before INTEGER;
ALTER TABLE entitlement ADD COLUMN expires_at INTEGER CHECK (expires_at IS NULL OR not_before IS NULL OR expires_at > not_before);

-- The last day, by the gate's clock, on which somebody of a group came in.
CREATE TABLE group_entry (
  gate TEXT NOT NULL,
  belongs TEXT NOT NULL,
  day TEXT NOT NULL CHECK (date(day) IS NOT NULL AND date(day) = day),
  PRIMARY KEY (gate, belongs)
) STRICT, WITHOUT ROWID;

-- Through which side each resident passed last; only where anti-passback is asked for. One row a person, no history.
CREATE TABLE last_passage (
  gate TEXT NOT NULL,
  resident_id TEXT NOT NULL,
  side TEXT NOT NULL CHECK (side IN ('entry', 'exit')),
  -- With its boot, as in try_count: a stepped wall clock frees nobody, nor does a pulled plug.
  at_monotonic REAL NOT NULL,
  boot TEXT NOT NULL,
  PRIMARY KEY (gate, resident_id)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER resident_deleted_passage AFTER DELETE ON resident BEGIN
  DELETE FROM last_passage WHERE resident_id = OLD.id;
  DELETE FROM lockdown_exception WHERE resident_id = OLD.id;
END;

-- What the office said, and in which boot: a lockdown survives a power cut, a held-open door does not.
CREATE TABLE gate_mode (
  gate TEXT PRIMARY KEY NOT NULL,
  mode TEXT NOT NULL CHECK (mode IN ('controlled', 'lockdown', 'open', 'evacuation')),
  boot TEXT NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE lockdown_exception (
  gate TEXT NOT NULL,
  resident_id TEXT NOT NULL,
  PRIMARY KEY (gate, resident_id)
) STRICT, WITHOUT ROWID;
