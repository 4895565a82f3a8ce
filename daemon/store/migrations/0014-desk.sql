-- A list of residents on its way in, and whom the desk has put off. Frozen, as every migration.
-- A list is laid down row by row, accepted by one word in one row, and then moved to where people stand, slice by slice: nothing takes it back
-- from there, and a start after a power cut goes on with it. One that was not accepted leaves nothing.

-- At most one, and named by its event. Gone when all its rows have moved.
CREATE TABLE roster (
  number INTEGER PRIMARY KEY NOT NULL,
  gate TEXT NOT NULL,
  begun_at INTEGER NOT NULL,
  accepted_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE roster_row (
  -- The hash of the first card, or as many random bytes: rows move in an order that tells nothing of neighbours, and near in every index.
  turn BLOB PRIMARY KEY NOT NULL CHECK (length(turn) = 32),
  room TEXT NOT NULL CHECK (length(room) BETWEEN 1 AND 40),
  -- Absent: a room without anybody.
  name TEXT CHECK (name IS NULL OR length(name) BETWEEN 1 AND 100),
  born TEXT CHECK (born IS NULL OR (date(born) IS NOT NULL AND date(born) = born)),
  schedule_id TEXT NOT NULL REFERENCES schedule (id),
  -- Hashes of 32 bytes, one after the other.
  cards BLOB NOT NULL CHECK (length(cards) % 32 = 0),
  key_generation INTEGER
) STRICT, WITHOUT ROWID;

-- The same hashes: whose card is on the list.
CREATE TABLE roster_card (
  index_hash BLOB PRIMARY KEY NOT NULL CHECK (length(index_hash) = 32)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER roster_insert BEFORE INSERT ON roster BEGIN
  SELECT RAISE(ABORT, 'import_open') WHERE EXISTS (SELECT 1 FROM roster) OR EXISTS (SELECT 1 FROM roster_row) OR EXISTS (SELECT 1 FROM roster_card);
  SELECT RAISE(ABORT, 'roster_fixed') WHERE NEW.accepted_at IS NOT NULL;
END;
CREATE TRIGGER roster_update BEFORE UPDATE ON roster BEGIN
  SELECT RAISE(ABORT, 'roster_fixed')
  WHERE NEW.number IS NOT OLD.number OR NEW.gate IS NOT OLD.gate OR NEW.begun_at IS NOT OLD.begun_at
     OR OLD.accepted_at IS NOT NULL OR NEW.accepted_at IS NULL;
END;
-- An accepted list goes when it has moved, and no sooner.
CREATE TRIGGER roster_delete BEFORE DELETE ON roster WHEN OLD.accepted_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'import_open') WHERE EXISTS (SELECT 1 FROM roster_row) OR EXISTS (SELECT 1 FROM roster_card);
END;
CREATE TRIGGER roster_row_insert BEFORE INSERT ON roster_row BEGIN
  SELECT RAISE(ABORT, 'import_missing') WHERE NOT EXISTS (SELECT 1 FROM roster WHERE accepted_at IS NULL);
  SELECT RAISE(ABORT, 'roster_fixed') WHERE EXISTS (SELECT 1 FROM roster_row WHERE turn = NEW.turn);
END;
CREATE TRIGGER roster_row_update BEFORE UPDATE ON roster_row BEGIN
  SELECT RAISE(ABORT, 'roster_fixed');
END;
-- Neither has anybody the card nor stands it in the list twice; and while it stands there, nobody else is given it.
CREATE TRIGGER roster_card_insert BEFORE INSERT ON roster_card BEGIN
  SELECT RAISE(ABORT, 'import_missing') WHERE NOT EXISTS (SELECT 1 FROM roster WHERE accepted_at IS NULL);
  SELECT RAISE(ABORT, 'card_twice') WHERE EXISTS (SELECT 1 FROM roster_card WHERE index_hash = NEW.index_hash);
  SELECT RAISE(ABORT, 'card_taken')
  WHERE EXISTS (
    SELECT 1 FROM card JOIN credential c ON c.id = card.credential_id
    WHERE card.index_hash = NEW.index_hash AND c.revoked_at IS NULL);
END;
CREATE TRIGGER roster_card_update BEFORE UPDATE ON roster_card BEGIN
  SELECT RAISE(ABORT, 'roster_fixed');
END;
CREATE TRIGGER roster_card_reserved BEFORE INSERT ON card BEGIN
  SELECT RAISE(ABORT, 'card_taken') WHERE EXISTS (SELECT 1 FROM roster_card WHERE index_hash = NEW.index_hash);
END;

-- Who was not there when the desk called: called again after all others. Forgotten with his first card or code.
CREATE TABLE desk_later (
  resident_id TEXT PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TRIGGER resident_deleted_desk AFTER DELETE ON resident BEGIN
  DELETE FROM desk_later WHERE resident_id = OLD.id;
END;
CREATE TRIGGER credential_made_desk AFTER INSERT ON credential WHEN NEW.kind IN ('card', 'pin') BEGIN
  DELETE FROM desk_later WHERE resident_id = NEW.resident_id;
END;
