-- What bounds a visitor's pass besides the dates and uses of its credential. Its code stands in `pin`, the keyed hash of its QR in `card`.
-- Whose visitor it is says the credential; who the visitor is stands nowhere. Frozen, as every migration.
CREATE TABLE pass (
  credential_id TEXT PRIMARY KEY NOT NULL,
  issued_by TEXT NOT NULL CHECK (issued_by IN ('office', 'guard', 'household')),
  -- NULL: both.
  side TEXT CHECK (side IS NULL OR side IN ('entry', 'exit')),
  -- Monday is 1; '' and '' is every day.
  weekdays TEXT NOT NULL DEFAULT '' CHECK (weekdays NOT GLOB '*[^1-7]*' AND length(weekdays) <= 7),
  -- YYYY-MM-DD, a space between.
  dates TEXT NOT NULL DEFAULT '' CHECK (dates NOT GLOB '*[^0-9 -]*'),
  -- From the first use on it is valid for so long, and never beyond its date.
  valid_for_ms INTEGER CHECK (valid_for_ms IS NULL OR valid_for_ms > 0),
  first_used_at INTEGER
) STRICT, WITHOUT ROWID;

-- Bounded in time and in uses, or no pass.
CREATE TRIGGER pass_insert BEFORE INSERT ON pass BEGIN
  SELECT RAISE(ABORT, 'credential_exists') WHERE EXISTS (SELECT 1 FROM pass WHERE credential_id = NEW.credential_id);
  SELECT RAISE(ABORT, 'credential_unfit') WHERE NOT EXISTS (
    SELECT 1 FROM credential WHERE id = NEW.credential_id AND kind = 'pass' AND expires_at IS NOT NULL AND uses_left IS NOT NULL);
END;
-- A first use is the first once.
CREATE TRIGGER pass_update BEFORE UPDATE ON pass BEGIN
  SELECT RAISE(ABORT, 'credential_fixed')
  WHERE NEW.credential_id IS NOT OLD.credential_id OR NEW.issued_by IS NOT OLD.issued_by OR NEW.side IS NOT OLD.side
     OR NEW.weekdays IS NOT OLD.weekdays OR NEW.dates IS NOT OLD.dates OR NEW.valid_for_ms IS NOT OLD.valid_for_ms
     OR (OLD.first_used_at IS NOT NULL AND NEW.first_used_at IS NOT OLD.first_used_at);
END;
-- Uses only fall, and an end moves no further away.
CREATE TRIGGER pass_bounds BEFORE UPDATE ON credential WHEN OLD.kind = 'pass' BEGIN
  SELECT RAISE(ABORT, 'credential_fixed')
  WHERE NEW.uses_left IS NULL OR NEW.uses_left > OLD.uses_left OR NEW.expires_at IS NULL OR NEW.expires_at > OLD.expires_at;
END;
CREATE TRIGGER pass_deleted AFTER DELETE ON credential BEGIN
  DELETE FROM pass WHERE credential_id = OLD.id;
END;
