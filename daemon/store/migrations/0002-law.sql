-- The schema knows the law (promise P2). Frozen, as every migration.
-- The triggers hold for raw SQL, with foreign_keys and recursive_triggers off, for REPLACE, UPDATE OR REPLACE and upsert.
-- Hence every UNIQUE is guarded by a trigger (REPLACE deletes the other row without firing its triggers) and nothing that
-- matters is left to CHECK or REFERENCES. A trigger's message is the code that the caller gets.

-- ---------------------------------------------------------------------------------------------------------- views

-- The later of the wall clock and the latest time of the ledger: after a boot without a clock it is not 1970 for a consent.
CREATE VIEW store_now (at) AS
SELECT max(CAST(unixepoch('subsec') * 1000 AS INTEGER), coalesce((SELECT latest_wall FROM ledger ORDER BY seq DESC LIMIT 1), 0));

-- What does not count as something written.
CREATE VIEW blank (marks) AS SELECT char(9, 10, 11, 12, 13, 32, 133, 160, 8203, 12288, 65279);

CREATE VIEW credential_active AS
SELECT * FROM credential
WHERE revoked_at IS NULL
  AND (not_before IS NULL OR not_before <= (SELECT at FROM store_now))
  AND (expires_at IS NULL OR expires_at > (SELECT at FROM store_now))
  AND (uses_left IS NULL OR uses_left > 0);

CREATE VIEW consent_current AS
SELECT * FROM consent
WHERE confirmed_at IS NOT NULL AND ended_at IS NULL AND expires_at > (SELECT at FROM store_now);

-- The paths that a resident can use without his face. A visitor's pass is no resident's way.
CREATE VIEW held_path (resident_id, path) AS
SELECT c.resident_id, 'card' FROM credential_active c JOIN card ON card.credential_id = c.id WHERE c.kind = 'card'
UNION ALL
SELECT c.resident_id, 'keypad' FROM credential_active c JOIN pin ON pin.credential_id = c.id WHERE c.kind = 'pin';

-- The sides that a resident can pass without his face.
CREATE VIEW other_way (resident_id, gate, side) AS
SELECT h.resident_id, p.gate, p.side
FROM held_path h JOIN side_path p ON p.path = h.path
WHERE NOT EXISTS (SELECT 1 FROM two_factor t WHERE t.gate = p.gate AND t.side = p.side)
UNION ALL
SELECT a.resident_id, t.gate, t.side
FROM two_factor t
JOIN side_path pa ON pa.gate = t.gate AND pa.side = t.side AND pa.path = t.path_a AND pa.path <> 'face'
JOIN side_path pb ON pb.gate = t.gate AND pb.side = t.side AND pb.path = t.path_b AND pb.path <> 'face'
JOIN held_path a ON a.path = t.path_a
JOIN held_path b ON b.path = t.path_b AND b.resident_id = a.resident_id;

-- -------------------------------------------------------------------------------------------- templates (P2 itself)

CREATE TRIGGER template_insert BEFORE INSERT ON template BEGIN
  SELECT RAISE(ABORT, 'template_exists') WHERE EXISTS (SELECT 1 FROM template WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'credential_unfit') WHERE NOT EXISTS (
    SELECT 1 FROM credential_active c JOIN resident r ON r.id = c.resident_id WHERE c.id = NEW.credential_id AND c.kind = 'face');
  SELECT RAISE(ABORT, 'consent_missing') WHERE NOT EXISTS (
    SELECT 1 FROM consent_current n JOIN credential c ON c.resident_id = n.resident_id
    WHERE n.id = NEW.consent_id AND c.id = NEW.credential_id AND n.model = NEW.model);
  SELECT RAISE(ABORT, 'right_missing') WHERE NOT EXISTS (
    SELECT 1 FROM consent_gate g
    JOIN credential c ON c.id = NEW.credential_id
    JOIN entitlement e ON e.resident_id = c.resident_id AND e.gate = g.gate
    JOIN side_path p ON p.gate = g.gate AND p.path = 'face'
    WHERE g.consent_id = NEW.consent_id);
  SELECT RAISE(ABORT, 'other_way_missing') WHERE EXISTS (
    SELECT 1 FROM credential c
    JOIN entitlement e ON e.resident_id = c.resident_id
    JOIN side_path p ON p.gate = e.gate AND p.path = 'face'
    WHERE c.id = NEW.credential_id AND NOT EXISTS (
      SELECT 1 FROM other_way o WHERE o.resident_id = c.resident_id AND o.gate = p.gate AND o.side = p.side));
END;
CREATE TRIGGER template_update BEFORE UPDATE ON template BEGIN
  SELECT RAISE(ABORT, 'template_fixed');
END;
CREATE TRIGGER template_deleted AFTER DELETE ON template BEGIN
  INSERT INTO erasure_pending (template_id, deleted_at)
  SELECT OLD.id, CAST(unixepoch('subsec') * 1000 AS INTEGER)
  WHERE NOT EXISTS (SELECT 1 FROM erasure_pending WHERE template_id = OLD.id);
END;

-- -------------------------------------------------------------------------------------------------------- consents

CREATE TRIGGER consent_insert BEFORE INSERT ON consent BEGIN
  SELECT RAISE(ABORT, 'consent_exists') WHERE EXISTS (SELECT 1 FROM consent WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'consent_not_fresh')
  WHERE NEW.confirmed_at IS NOT NULL OR NEW.confirmed_by_credential IS NOT NULL OR NEW.ended_at IS NOT NULL;
  SELECT RAISE(ABORT, 'resident_unknown') WHERE NOT EXISTS (SELECT 1 FROM resident WHERE id = NEW.resident_id);
  SELECT RAISE(ABORT, 'consent_open')
  WHERE EXISTS (SELECT 1 FROM consent WHERE resident_id = NEW.resident_id AND ended_at IS NULL);
  -- PIPL 31: under fourteen a guardian consents; from fourteen the young person, and nobody for another adult.
  SELECT RAISE(ABORT, 'guardian_required') FROM resident
  WHERE id = NEW.resident_id AND NEW.given_by IS NOT 'guardian'
    AND (guardian_required = 1 OR (born IS NOT NULL AND born > date('now', '-14 years')));
  SELECT RAISE(ABORT, 'guardian_not_allowed') FROM resident
  WHERE id = NEW.resident_id AND NEW.given_by IS NOT 'self'
    AND guardian_required = 0 AND (born IS NULL OR born <= date('now', '-14 years'));
  SELECT RAISE(ABORT, 'guardian_until_fourteen') FROM resident
  WHERE id = NEW.resident_id AND NEW.given_by IS NOT 'self'
    AND guardian_required = 0 AND NEW.expires_at > unixepoch(born, '+14 years') * 1000;
  -- Evidence: a form, a witness and, where a guardian gives it, his name.
  SELECT RAISE(ABORT, 'consent_unevidenced') FROM blank
  WHERE trim(NEW.form_number, marks) = '' OR length(NEW.form_number) NOT BETWEEN 1 AND 64
     OR trim(NEW.witness, marks) = '' OR length(NEW.witness) NOT BETWEEN 1 AND 100
     OR trim(NEW.notice_hash, marks) = '' OR trim(NEW.model, marks) = ''
     OR (NEW.given_by = 'guardian') IS NOT (NEW.guardian_name IS NOT NULL)
     OR trim(NEW.guardian_name, marks) = '' OR length(NEW.guardian_name) NOT BETWEEN 1 AND 100;
  -- Given by now (clocks differ by less than a minute) and within the last year, and for at most twelve months (366 days).
  SELECT RAISE(ABORT, 'consent_dates') FROM store_now
  WHERE NEW.given_at > at + 60000 OR NEW.given_at < at - 31622400000
     OR NEW.expires_at <= NEW.given_at OR NEW.expires_at > NEW.given_at + 31622400000;
END;

CREATE TRIGGER consent_update BEFORE UPDATE ON consent BEGIN
  SELECT RAISE(ABORT, 'consent_fixed')
  WHERE NEW.id IS NOT OLD.id OR NEW.resident_id IS NOT OLD.resident_id OR NEW.notice_hash IS NOT OLD.notice_hash
     OR NEW.model IS NOT OLD.model OR NEW.given_by IS NOT OLD.given_by OR NEW.guardian_name IS NOT OLD.guardian_name
     OR NEW.form_number IS NOT OLD.form_number OR NEW.witness IS NOT OLD.witness OR NEW.language IS NOT OLD.language
     OR NEW.given_at IS NOT OLD.given_at OR NEW.expires_at IS NOT OLD.expires_at;
  SELECT RAISE(ABORT, 'consent_ended') WHERE OLD.ended_at IS NOT NULL;
  SELECT RAISE(ABORT, 'consent_fixed')
  WHERE OLD.confirmed_at IS NOT NULL
    AND (NEW.confirmed_at IS NOT OLD.confirmed_at OR NEW.confirmed_by_credential IS NOT OLD.confirmed_by_credential);
  -- Confirmed by the resident's own act: a card or code of his own that works, after it was given and in time.
  SELECT RAISE(ABORT, 'confirmation_unfit')
  WHERE OLD.confirmed_at IS NULL AND (NEW.confirmed_at IS NOT NULL OR NEW.confirmed_by_credential IS NOT NULL)
    AND (NEW.confirmed_at IS NULL OR NEW.ended_at IS NOT NULL
      OR NEW.confirmed_at < NEW.given_at - 60000 OR NEW.confirmed_at > (SELECT at FROM store_now) + 60000
      OR NEW.expires_at <= (SELECT at FROM store_now)
      OR NOT EXISTS (SELECT 1 FROM credential_active c
                     WHERE c.id = NEW.confirmed_by_credential AND c.resident_id = NEW.resident_id AND c.kind IN ('card', 'pin')));
END;
CREATE TRIGGER consent_ended AFTER UPDATE ON consent WHEN NEW.ended_at IS NOT NULL BEGIN
  DELETE FROM template WHERE consent_id = NEW.id;
END;
CREATE TRIGGER consent_delete BEFORE DELETE ON consent BEGIN
  DELETE FROM template WHERE consent_id = OLD.id;
END;
CREATE TRIGGER consent_deleted AFTER DELETE ON consent BEGIN
  DELETE FROM consent_gate WHERE consent_id = OLD.id;
END;

-- The gates of a consent are part of what was signed: named before it is confirmed, never changed.
CREATE TRIGGER consent_gate_insert BEFORE INSERT ON consent_gate BEGIN
  SELECT RAISE(ABORT, 'consent_fixed') WHERE NOT EXISTS (
    SELECT 1 FROM consent WHERE id = NEW.consent_id AND confirmed_at IS NULL AND ended_at IS NULL);
END;
CREATE TRIGGER consent_gate_update BEFORE UPDATE ON consent_gate BEGIN
  SELECT RAISE(ABORT, 'consent_fixed');
END;
CREATE TRIGGER consent_gate_delete BEFORE DELETE ON consent_gate BEGIN
  SELECT RAISE(ABORT, 'consent_fixed') WHERE EXISTS (SELECT 1 FROM consent WHERE id = OLD.consent_id AND ended_at IS NULL);
END;

-- ----------------------------------------------------------------------------------------------------- credentials

CREATE TRIGGER credential_insert BEFORE INSERT ON credential BEGIN
  SELECT RAISE(ABORT, 'credential_exists') WHERE EXISTS (SELECT 1 FROM credential WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'resident_unknown') WHERE NOT EXISTS (SELECT 1 FROM resident WHERE id = NEW.resident_id);
END;
CREATE TRIGGER credential_update BEFORE UPDATE ON credential BEGIN
  SELECT RAISE(ABORT, 'credential_fixed')
  WHERE NEW.id IS NOT OLD.id OR NEW.resident_id IS NOT OLD.resident_id OR NEW.kind IS NOT OLD.kind
     OR NEW.created_at IS NOT OLD.created_at;
  SELECT RAISE(ABORT, 'credential_revoked')
  WHERE OLD.revoked_at IS NOT NULL
    AND (NEW.revoked_at IS NOT OLD.revoked_at OR NEW.revoked_because IS NOT OLD.revoked_because);
END;
CREATE TRIGGER credential_revoked AFTER UPDATE ON credential WHEN NEW.revoked_at IS NOT NULL BEGIN
  DELETE FROM template WHERE credential_id = NEW.id;
END;
CREATE TRIGGER credential_delete BEFORE DELETE ON credential BEGIN
  DELETE FROM template WHERE credential_id = OLD.id;
  DELETE FROM card WHERE credential_id = OLD.id;
  DELETE FROM pin WHERE credential_id = OLD.id;
  DELETE FROM try_count WHERE credential_id = OLD.id;
END;

CREATE TRIGGER card_insert BEFORE INSERT ON card BEGIN
  SELECT RAISE(ABORT, 'card_taken')
  WHERE EXISTS (SELECT 1 FROM card WHERE index_hash = NEW.index_hash OR credential_id = NEW.credential_id);
  SELECT RAISE(ABORT, 'credential_unfit')
  WHERE NOT EXISTS (SELECT 1 FROM credential WHERE id = NEW.credential_id AND kind IN ('card', 'pass'));
END;
CREATE TRIGGER card_update BEFORE UPDATE ON card BEGIN
  SELECT RAISE(ABORT, 'credential_fixed') WHERE NEW.credential_id IS NOT OLD.credential_id;
  SELECT RAISE(ABORT, 'card_taken')
  WHERE EXISTS (SELECT 1 FROM card WHERE index_hash = NEW.index_hash AND credential_id <> OLD.credential_id);
END;

CREATE TRIGGER pin_insert BEFORE INSERT ON pin BEGIN
  SELECT RAISE(ABORT, 'number_taken')
  WHERE EXISTS (SELECT 1 FROM pin WHERE number = NEW.number OR credential_id = NEW.credential_id);
  SELECT RAISE(ABORT, 'credential_unfit')
  WHERE NOT EXISTS (SELECT 1 FROM credential WHERE id = NEW.credential_id AND kind IN ('pin', 'pass'));
END;
CREATE TRIGGER pin_update BEFORE UPDATE ON pin BEGIN
  SELECT RAISE(ABORT, 'credential_fixed') WHERE NEW.credential_id IS NOT OLD.credential_id;
  SELECT RAISE(ABORT, 'number_taken')
  WHERE EXISTS (SELECT 1 FROM pin WHERE number = NEW.number AND credential_id <> OLD.credential_id);
END;

-- ---------------------------------------------------------------------------------------------------------- people

CREATE TRIGGER household_insert BEFORE INSERT ON household BEGIN
  SELECT RAISE(ABORT, 'room_taken') WHERE EXISTS (SELECT 1 FROM household WHERE room = NEW.room OR id = NEW.id);
END;
CREATE TRIGGER household_update BEFORE UPDATE ON household BEGIN
  SELECT RAISE(ABORT, 'household_fixed') WHERE NEW.id IS NOT OLD.id;
  SELECT RAISE(ABORT, 'room_taken') WHERE EXISTS (SELECT 1 FROM household WHERE room = NEW.room AND id <> OLD.id);
END;
CREATE TRIGGER household_delete BEFORE DELETE ON household BEGIN
  SELECT RAISE(ABORT, 'household_inhabited') WHERE EXISTS (SELECT 1 FROM resident WHERE household_id = OLD.id);
END;

CREATE TRIGGER resident_insert BEFORE INSERT ON resident BEGIN
  SELECT RAISE(ABORT, 'resident_exists') WHERE EXISTS (SELECT 1 FROM resident WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'household_unknown') WHERE NOT EXISTS (SELECT 1 FROM household WHERE id = NEW.household_id);
END;
CREATE TRIGGER resident_update BEFORE UPDATE ON resident BEGIN
  SELECT RAISE(ABORT, 'resident_fixed') WHERE NEW.id IS NOT OLD.id;
  -- Who may consent hangs on these two: end the consent first.
  SELECT RAISE(ABORT, 'consent_open')
  WHERE (NEW.born IS NOT OLD.born OR NEW.guardian_required IS NOT OLD.guardian_required)
    AND EXISTS (SELECT 1 FROM consent WHERE resident_id = OLD.id AND ended_at IS NULL);
END;
CREATE TRIGGER resident_delete BEFORE DELETE ON resident BEGIN
  UPDATE consent SET ended_at = (SELECT at FROM store_now), ended_because = 'resident_removed'
  WHERE resident_id = OLD.id AND ended_at IS NULL;
  DELETE FROM credential WHERE resident_id = OLD.id;
  DELETE FROM entitlement WHERE resident_id = OLD.id;
END;

CREATE TRIGGER entitlement_insert BEFORE INSERT ON entitlement BEGIN
  SELECT RAISE(ABORT, 'right_exists') WHERE EXISTS (SELECT 1 FROM entitlement WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'resident_unknown') WHERE NOT EXISTS (SELECT 1 FROM resident WHERE id = NEW.resident_id);
  SELECT RAISE(ABORT, 'schedule_unknown') WHERE NOT EXISTS (SELECT 1 FROM schedule WHERE id = NEW.schedule_id);
END;
CREATE TRIGGER entitlement_update BEFORE UPDATE ON entitlement BEGIN
  SELECT RAISE(ABORT, 'right_fixed') WHERE NEW.id IS NOT OLD.id OR NEW.resident_id IS NOT OLD.resident_id;
END;

CREATE TRIGGER schedule_insert BEFORE INSERT ON schedule BEGIN
  SELECT RAISE(ABORT, 'schedule_exists') WHERE EXISTS (SELECT 1 FROM schedule WHERE id = NEW.id);
END;
CREATE TRIGGER schedule_update BEFORE UPDATE ON schedule BEGIN
  SELECT RAISE(ABORT, 'schedule_fixed') WHERE NEW.id IS NOT OLD.id OR OLD.id = 'always';
END;
CREATE TRIGGER schedule_delete BEFORE DELETE ON schedule BEGIN
  SELECT RAISE(ABORT, 'schedule_fixed') WHERE OLD.id = 'always';
  SELECT RAISE(ABORT, 'schedule_in_use') WHERE EXISTS (SELECT 1 FROM entitlement WHERE schedule_id = OLD.id);
  DELETE FROM schedule_segment WHERE schedule_id = OLD.id;
END;

-- ---------------------------------------------------------------------------------------------------------- ledger

CREATE TRIGGER ledger_insert BEFORE INSERT ON ledger BEGIN
  SELECT RAISE(ABORT, 'ledger_broken')
  WHERE NEW.seq IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
     OR NEW.previous IS NOT coalesce((SELECT hash FROM ledger ORDER BY seq DESC LIMIT 1), zeroblob(32))
     OR NEW.salt IS NULL OR NEW.payload IS NULL;
  SELECT RAISE(ABORT, 'clock_untrusted') WHERE NEW.kind = 'clock_accepted' AND NEW.at_wall < 1735689600000;
  -- The rule of daemon/core/clock.ts: never back, never a leap of 400 days, never by a clock that nobody has set, but by the office.
  SELECT RAISE(ABORT, 'ledger_broken')
  FROM (SELECT coalesce((SELECT latest_wall FROM ledger ORDER BY seq DESC LIMIT 1), 0) AS latest)
  WHERE NEW.latest_wall IS NOT CASE
    WHEN NEW.kind = 'clock_accepted' THEN NEW.at_wall
    WHEN NEW.clock_set = 1 AND NEW.at_wall >= 1735689600000 AND NEW.at_wall > latest
      AND (latest = 0 OR NEW.at_wall < latest + 34560000000) THEN NEW.at_wall
    ELSE latest END;
END;
-- When an event happened, as far as it can be known: a time still to come is no time.
CREATE VIEW ledger_dated (seq, at) AS
SELECT seq, max(iif(at_wall <= n.at, at_wall, 0), iif(latest_wall <= n.at, latest_wall, 0)) FROM ledger, store_now n;

-- A purge: payload and salt together, of what says who passed, and not on the same day.
CREATE TRIGGER ledger_update BEFORE UPDATE ON ledger BEGIN
  SELECT RAISE(ABORT, 'ledger_fixed')
  WHERE NEW.seq IS NOT OLD.seq OR NEW.at_wall IS NOT OLD.at_wall OR NEW.at_monotonic IS NOT OLD.at_monotonic
     OR NEW.boot IS NOT OLD.boot OR NEW.clock_set IS NOT OLD.clock_set OR NEW.latest_wall IS NOT OLD.latest_wall
     OR NEW.kind IS NOT OLD.kind OR NEW.flags IS NOT OLD.flags
     OR NEW.payload_hash IS NOT OLD.payload_hash OR NEW.previous IS NOT OLD.previous OR NEW.hash IS NOT OLD.hash
     OR NEW.salt IS NOT NULL OR NEW.payload IS NOT NULL OR OLD.kind NOT IN ('attempt', 'menu')
     OR (SELECT at FROM ledger_dated WHERE seq = OLD.seq) > (SELECT at FROM store_now) - 86400000;
END;
CREATE TRIGGER ledger_delete BEFORE DELETE ON ledger BEGIN
  SELECT RAISE(ABORT, 'ledger_fixed');
END;
