-- Faces whose templates open only with the secret on one card of the same resident: which card. The secret itself is nowhere here.
-- As in 0002: every rule is a trigger, holds for REPLACE and with foreign_keys and recursive_triggers off; its message is the code.
CREATE TABLE bound_face (
  credential_id TEXT PRIMARY KEY,
  card_id TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX bound_face_card ON bound_face (card_id);

-- Before its templates, and to a card of his own that proves a key.
CREATE TRIGGER bound_face_insert BEFORE INSERT ON bound_face BEGIN
  SELECT RAISE(ABORT, 'bound_face_fixed') WHERE EXISTS (SELECT 1 FROM bound_face WHERE credential_id = NEW.credential_id);
  SELECT RAISE(ABORT, 'credential_unfit')
  WHERE NOT EXISTS (SELECT 1 FROM credential_active WHERE id = NEW.credential_id AND kind = 'face')
     OR EXISTS (SELECT 1 FROM template WHERE credential_id = NEW.credential_id);
  SELECT RAISE(ABORT, 'bound_card_unfit') WHERE NOT EXISTS (
    SELECT 1 FROM credential f
    JOIN credential_active c ON c.resident_id = f.resident_id AND c.kind = 'card'
    JOIN card ON card.credential_id = c.id AND card.proof = 'authenticated'
    WHERE f.id = NEW.credential_id AND c.id = NEW.card_id);
END;
CREATE TRIGGER bound_face_update BEFORE UPDATE ON bound_face BEGIN
  SELECT RAISE(ABORT, 'bound_face_fixed');
END;
-- A template that was bound is never one that is not.
CREATE TRIGGER bound_face_delete BEFORE DELETE ON bound_face BEGIN
  DELETE FROM template WHERE credential_id = OLD.credential_id;
END;

-- Without its card a bound template opens never again: the face ends with the card, and its templates with the face (0002).
CREATE TRIGGER bound_card_revoked AFTER UPDATE ON credential WHEN NEW.revoked_at IS NOT NULL AND NEW.kind = 'card' BEGIN
  UPDATE credential SET revoked_at = NEW.revoked_at, revoked_because = 'card_ended'
  WHERE revoked_at IS NULL AND id IN (SELECT credential_id FROM bound_face WHERE card_id = NEW.id);
END;
CREATE TRIGGER bound_credential_delete BEFORE DELETE ON credential BEGIN
  DELETE FROM template WHERE credential_id IN (SELECT credential_id FROM bound_face WHERE card_id = OLD.id);
  DELETE FROM bound_face WHERE card_id = OLD.id OR credential_id = OLD.id;
END;
