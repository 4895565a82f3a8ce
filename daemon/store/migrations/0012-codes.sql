-- Codes and households: what slows a guesser, the second code under duress, rooms that somebody leaves. Frozen, as every migration.
-- As in 0002: every rule is a trigger, holds for REPLACE and with foreign_keys and recursive_triggers off; its message is the code.

-- ------------------------------------------------------------------------------------------------------------ tries

-- The instants of the wrong codes at full speed, of the last day (daemon/core/limits.ts). What was counted before is taken as having
-- been typed at the last of them: nobody is freed by this migration.
ALTER TABLE try_count ADD COLUMN free_at TEXT NOT NULL DEFAULT '[]';
UPDATE try_count SET free_at = (
  WITH RECURSIVE n (k, at) AS (
    SELECT 1, try_count.last_at UNION ALL SELECT k + 1, at FROM n WHERE k < min(try_count.wrong, 10))
  SELECT json_group_array(at) FROM n);

-- ----------------------------------------------------------------------------------------------------------- duress

-- The slow hash of the second code, made with the salt of the first: one hash of what was typed is compared with both.
ALTER TABLE pin ADD COLUMN duress_hash BLOB CHECK (duress_hash IS NULL OR length(duress_hash) = 32);

-- A code that has ended takes its second one along (0005).
CREATE TRIGGER credential_duress_ended AFTER UPDATE ON credential
WHEN NEW.revoked_at IS NOT NULL AND OLD.revoked_at IS NULL BEGIN
  UPDATE pin SET duress_hash = NULL WHERE credential_id = NEW.id;
END;

-- One code cannot say two things; and with another salt the second code would open for nobody.
CREATE TRIGGER pin_duress_insert BEFORE INSERT ON pin WHEN NEW.duress_hash IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'code_is_other') WHERE NEW.duress_hash = NEW.hash;
END;
CREATE TRIGGER pin_duress_update BEFORE UPDATE ON pin WHEN NEW.duress_hash IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'code_is_other') WHERE NEW.duress_hash = NEW.hash;
  SELECT RAISE(ABORT, 'duress_salted')
  WHERE OLD.duress_hash IS NEW.duress_hash
    AND (NEW.salt IS NOT OLD.salt OR NEW.memory_kib IS NOT OLD.memory_kib OR NEW.passes IS NOT OLD.passes
      OR NEW.parallelism IS NOT OLD.parallelism)
    AND EXISTS (SELECT 1 FROM credential WHERE id = NEW.credential_id AND revoked_at IS NULL);
END;

-- ------------------------------------------------------------------------------------------------------- households

-- A household that leaves its room. Its own row is named after the room and the day from then on, so that the next household has the
-- room's name at once: for a while both are there.
CREATE TABLE household_end (
  household_id TEXT PRIMARY KEY NOT NULL,
  room TEXT NOT NULL CHECK (length(room) BETWEEN 1 AND 40),
  due_at INTEGER NOT NULL,
  -- When its cards, codes, faces and passes ended, all in one transaction. The persons are removed after it, one by one.
  cut_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX household_end_due ON household_end (due_at);

CREATE TRIGGER household_end_insert BEFORE INSERT ON household_end BEGIN
  SELECT RAISE(ABORT, 'household_unknown') WHERE NOT EXISTS (SELECT 1 FROM household WHERE id = NEW.household_id);
  SELECT RAISE(ABORT, 'household_end_fixed')
  WHERE NEW.cut_at IS NOT NULL OR EXISTS (SELECT 1 FROM household_end WHERE household_id = NEW.household_id);
END;
CREATE TRIGGER household_end_update BEFORE UPDATE ON household_end BEGIN
  SELECT RAISE(ABORT, 'household_end_fixed')
  WHERE NEW.household_id IS NOT OLD.household_id OR NEW.room IS NOT OLD.room OR OLD.cut_at IS NOT NULL;
END;
-- Together: nobody of it keeps anything, whoever wrote the statement.
CREATE TRIGGER household_end_cut AFTER UPDATE ON household_end WHEN NEW.cut_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'household_holds') WHERE EXISTS (
    SELECT 1 FROM resident r JOIN credential c ON c.resident_id = r.id
    WHERE r.household_id = NEW.household_id AND c.revoked_at IS NULL);
END;
CREATE TRIGGER household_end_delete BEFORE DELETE ON household_end BEGIN
  SELECT RAISE(ABORT, 'household_inhabited')
  WHERE OLD.cut_at IS NOT NULL AND EXISTS (SELECT 1 FROM resident WHERE household_id = OLD.household_id);
END;
CREATE TRIGGER household_deleted_end AFTER DELETE ON household BEGIN
  DELETE FROM household_end WHERE household_id = OLD.id;
END;

-- What has ended begins no more.
CREATE TRIGGER credential_insert_ended BEFORE INSERT ON credential BEGIN
  SELECT RAISE(ABORT, 'household_ended') FROM resident r JOIN household_end e ON e.household_id = r.household_id
  WHERE r.id = NEW.resident_id AND e.cut_at IS NOT NULL;
END;
CREATE TRIGGER resident_insert_ended BEFORE INSERT ON resident BEGIN
  SELECT RAISE(ABORT, 'household_ended') FROM household_end
  WHERE household_id = NEW.household_id AND cut_at IS NOT NULL;
END;
