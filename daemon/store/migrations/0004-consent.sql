-- Asked and refused, guardians, receipts, requests. Frozen, as every migration.
-- As in 0002: every rule is a trigger, holds for REPLACE and with foreign_keys and recursive_triggers off; its message is the code.

-- ------------------------------------------------------------------------------------------------------- guardians

-- Who consents for another is an adult himself (Civil Code 17, 27, 28); what was a child then is not known from a row that is gone.
ALTER TABLE consent ADD COLUMN guardian_born TEXT;
ALTER TABLE consent ADD COLUMN guardian_of TEXT;

-- The law's day, by the law's clock.
CREATE VIEW store_day (at, day) AS SELECT at, date(at / 1000, 'unixepoch') FROM store_now;

CREATE TRIGGER consent_guardian_insert BEFORE INSERT ON consent BEGIN
  SELECT RAISE(ABORT, 'consent_unevidenced')
  WHERE (NEW.guardian_name IS NULL AND (NEW.guardian_born IS NOT NULL OR NEW.guardian_of IS NOT NULL))
     OR coalesce(NEW.language, '') NOT IN ('zh-CN', 'en');
  SELECT RAISE(ABORT, 'consent_unevidenced') FROM resident r, store_day
  WHERE r.id = NEW.resident_id AND NEW.given_by = 'guardian' AND NEW.guardian_name IS NOT NULL
    AND (date(NEW.guardian_born) IS NULL OR date(NEW.guardian_born) IS NOT NEW.guardian_born
      OR NEW.guardian_of IS NOT iif(r.born IS NOT NULL AND r.born > date(day, '-18 years'), 'child', 'adult'));
  SELECT RAISE(ABORT, 'guardian_minor') FROM store_day
  WHERE NEW.given_by = 'guardian' AND NEW.guardian_born > date(day, '-18 years');
END;
CREATE TRIGGER consent_guardian_update BEFORE UPDATE ON consent BEGIN
  SELECT RAISE(ABORT, 'consent_fixed')
  WHERE NEW.guardian_born IS NOT OLD.guardian_born OR NEW.guardian_of IS NOT OLD.guardian_of;
END;

-- ------------------------------------------------------------------------------------------------ the act, the gate

-- The resident's own act: at the gate within ten minutes of the record; later he signs anew. What nobody confirmed stays asserted.
CREATE TRIGGER consent_confirm_in_time BEFORE UPDATE ON consent
WHEN OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'confirmation_late') FROM store_now
  WHERE NEW.confirmed_at > NEW.given_at + 600000 AND NEW.confirmed_at <= at + 60000;
END;

CREATE TRIGGER consent_gate_known BEFORE INSERT ON consent_gate BEGIN
  SELECT RAISE(ABORT, 'gate_unknown')
  WHERE EXISTS (SELECT 1 FROM consent WHERE id = NEW.consent_id AND confirmed_at IS NULL AND ended_at IS NULL)
    AND NOT EXISTS (SELECT 1 FROM gate_side WHERE gate = NEW.gate);
END;

-- A consent to another notice or model enrols nobody anew.
CREATE VIEW consent_stale (id) AS
SELECT n.id FROM consent n JOIN consent_gate g ON g.consent_id = n.id JOIN effective e ON e.gate = g.gate
WHERE n.ended_at IS NULL AND n.confirmed_at IS NOT NULL
  AND (e.notice_hash IS NOT n.notice_hash OR e.model IS NOT n.model);
CREATE TRIGGER template_insert_stale BEFORE INSERT ON template BEGIN
  SELECT RAISE(ABORT, 'consent_stale') WHERE EXISTS (SELECT 1 FROM consent_stale WHERE id = NEW.consent_id);
END;

-- ------------------------------------------------------------------------------------------------ asked and refused

-- That somebody was asked, or asked himself, and what he said. Stands in no list.
CREATE TABLE consent_ask (
  id TEXT PRIMARY KEY,
  resident_id TEXT NOT NULL,
  asked_by TEXT NOT NULL CHECK (asked_by IN ('office', 'resident')),
  asked_at INTEGER NOT NULL,
  refused_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE INDEX consent_ask_resident ON consent_ask (resident_id, asked_at);

-- What was said last where no consent is open; one that gave way to its successor is no word.
CREATE VIEW consent_word (resident_id, at, word) AS
SELECT resident_id, coalesce(refused_at, asked_at), iif(refused_at IS NULL, 'asked', 'refused') FROM consent_ask
UNION ALL
SELECT resident_id, ended_at, iif(ended_because IN ('expired', 'restored'), 'expired', 'withdrawn') FROM consent
WHERE ended_at IS NOT NULL AND confirmed_at IS NOT NULL AND ended_because IS NOT 'replaced';

-- The state of each resident's consent at each gate. `asserted`: written down, and not confirmed by himself.
CREATE VIEW consent_standing (resident_id, gate, state) AS
SELECT r.id, e.gate, CASE
  -- consent_word once more: asked for through the view, the tables would be read whole for each resident.
  WHEN n.id IS NULL THEN coalesce((
    SELECT word FROM (
      SELECT coalesce(refused_at, asked_at) AS at, iif(refused_at IS NULL, 'asked', 'refused') AS word
      FROM consent_ask WHERE resident_id = r.id
      UNION ALL
      SELECT ended_at, iif(ended_because IN ('expired', 'restored'), 'expired', 'withdrawn') FROM consent
      WHERE resident_id = r.id AND ended_at IS NOT NULL AND confirmed_at IS NOT NULL AND ended_because IS NOT 'replaced')
    ORDER BY at DESC, word DESC LIMIT 1), 'none')
  WHEN n.expires_at <= t.at THEN 'expired'
  WHEN NOT EXISTS (SELECT 1 FROM consent_gate g WHERE g.consent_id = n.id AND g.gate = e.gate) THEN 'none'
  WHEN n.confirmed_at IS NULL THEN 'asserted'
  WHEN n.notice_hash IS NOT e.notice_hash OR n.model IS NOT e.model THEN 'stale'
  ELSE 'given' END
FROM resident r CROSS JOIN effective e CROSS JOIN store_now t
LEFT JOIN consent n ON n.resident_id = r.id AND n.ended_at IS NULL;

CREATE TRIGGER consent_ask_insert BEFORE INSERT ON consent_ask BEGIN
  SELECT RAISE(ABORT, 'ask_exists') WHERE EXISTS (SELECT 1 FROM consent_ask WHERE id = NEW.id);
  SELECT RAISE(ABORT, 'resident_unknown') WHERE NOT EXISTS (SELECT 1 FROM resident WHERE id = NEW.resident_id);
  SELECT RAISE(ABORT, 'ask_fixed') FROM store_now
  WHERE coalesce(NEW.asked_by, '') NOT IN ('office', 'resident')
     OR NEW.asked_at > at + 60000 OR NEW.asked_at < at - 60000
     OR NEW.refused_at > at + 60000 OR NEW.refused_at < NEW.asked_at;
  -- After a no there is no prompt until he asks himself (网络数据安全管理条例 22: no frequent asking after a refusal) ...
  SELECT RAISE(ABORT, 'consent_refused')
  WHERE NEW.asked_by = 'office' AND NEW.refused_at IS NULL
    AND (SELECT word FROM consent_word WHERE resident_id = NEW.resident_id ORDER BY at DESC, word DESC LIMIT 1)
        IN ('refused', 'withdrawn');
  -- ... and whoever has not answered is left in peace for 48 hours (GB/T 35273).
  SELECT RAISE(ABORT, 'asked_lately')
  WHERE NEW.asked_by = 'office' AND NEW.refused_at IS NULL
    AND EXISTS (SELECT 1 FROM consent_ask
                WHERE resident_id = NEW.resident_id AND asked_by = 'office' AND asked_at > NEW.asked_at - 172800000);
END;
CREATE TRIGGER consent_ask_update BEFORE UPDATE ON consent_ask BEGIN
  SELECT RAISE(ABORT, 'ask_fixed')
  WHERE NEW.id IS NOT OLD.id OR NEW.resident_id IS NOT OLD.resident_id OR NEW.asked_by IS NOT OLD.asked_by
     OR NEW.asked_at IS NOT OLD.asked_at OR OLD.refused_at IS NOT NULL OR NEW.refused_at < OLD.asked_at
     OR NEW.refused_at > (SELECT at FROM store_now) + 60000;
END;
CREATE TRIGGER consent_ask_delete BEFORE DELETE ON consent_ask BEGIN
  SELECT RAISE(ABORT, 'ask_fixed') WHERE EXISTS (SELECT 1 FROM resident WHERE id = OLD.resident_id);
END;
CREATE TRIGGER resident_deleted_ask AFTER DELETE ON resident BEGIN
  DELETE FROM consent_ask WHERE resident_id = OLD.id;
END;

-- No form makes a yes of a no.
CREATE TRIGGER consent_insert_refused BEFORE INSERT ON consent BEGIN
  SELECT RAISE(ABORT, 'consent_refused')
  WHERE (SELECT word FROM consent_word WHERE resident_id = NEW.resident_id ORDER BY at DESC, word DESC LIMIT 1) = 'refused';
END;

-- -------------------------------------------------------------------------------------------------------- receipts

-- What a resident holds in his hand. Its number is that of its event in the ledger; signature and head are made from both
-- whenever it is printed, always the same.
CREATE TABLE receipt (
  number INTEGER PRIMARY KEY NOT NULL,
  who TEXT NOT NULL,
  what TEXT NOT NULL CHECK (what IN ('consent', 'refusal', 'withdrawal', 'erasure')),
  at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX receipt_who ON receipt (who);

CREATE TRIGGER receipt_insert BEFORE INSERT ON receipt BEGIN
  SELECT RAISE(ABORT, 'receipt_unfit')
  WHERE NEW.number IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
     OR coalesce(NEW.what, '') NOT IN ('consent', 'refusal', 'withdrawal', 'erasure')
     OR NEW.who IS NULL OR NEW.at IS NULL
     OR EXISTS (SELECT 1 FROM receipt WHERE number = NEW.number);
END;
CREATE TRIGGER receipt_update BEFORE UPDATE ON receipt BEGIN
  SELECT RAISE(ABORT, 'receipt_fixed');
END;
-- Three years, as the consents that they tell of.
CREATE TRIGGER receipt_delete BEFORE DELETE ON receipt BEGIN
  SELECT RAISE(ABORT, 'receipt_fixed') WHERE OLD.at > (SELECT at FROM store_now) - 94608000000;
END;

-- -------------------------------------------------------------------------------------------------------- requests

-- What people ask of the operator (PIPL 44 to 50), until when it is due and how it ended. Named as receipts: by its event.
CREATE TABLE request (
  number INTEGER PRIMARY KEY NOT NULL,
  kind TEXT NOT NULL CHECK (kind IN
    ('access', 'copy', 'correction', 'deletion', 'another_way', 'near_relatives', 'complaint')),
  -- None: somebody who is no resident, or a resident who has died.
  resident_id TEXT,
  asked_at INTEGER NOT NULL,
  due_at INTEGER NOT NULL,
  closed_at INTEGER,
  outcome TEXT CHECK (outcome IN ('given', 'refused')),
  -- What it cost the resident, in fen.
  cost_fen INTEGER CHECK (cost_fen >= 0),
  -- A refusal gives its reason (PIPL 50).
  because TEXT CHECK (length(because) BETWEEN 1 AND 200)
) STRICT, WITHOUT ROWID;

CREATE TRIGGER request_insert BEFORE INSERT ON request BEGIN
  SELECT RAISE(ABORT, 'request_fixed')
  WHERE EXISTS (SELECT 1 FROM request WHERE number = NEW.number)
     OR NEW.number IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
     OR NEW.closed_at IS NOT NULL OR NEW.outcome IS NOT NULL OR NEW.cost_fen IS NOT NULL OR NEW.because IS NOT NULL
     OR coalesce(NEW.kind, '') NOT IN
        ('access', 'copy', 'correction', 'deletion', 'another_way', 'near_relatives', 'complaint');
  SELECT RAISE(ABORT, 'resident_unknown')
  WHERE iif(NEW.resident_id IS NULL, NEW.kind NOT IN ('near_relatives', 'complaint'),
            NOT EXISTS (SELECT 1 FROM resident WHERE id = NEW.resident_id));
  -- Complaints and another way in 10 days, everything else 15. Asked by now, and within the last year.
  SELECT RAISE(ABORT, 'request_dates') FROM store_now
  WHERE NEW.due_at IS NOT NEW.asked_at + iif(NEW.kind IN ('complaint', 'another_way'), 864000000, 1296000000)
     OR NEW.asked_at > at + 60000 OR NEW.asked_at < at - 31622400000;
END;
CREATE TRIGGER request_update BEFORE UPDATE ON request BEGIN
  SELECT RAISE(ABORT, 'request_fixed')
  WHERE NEW.number IS NOT OLD.number OR NEW.kind IS NOT OLD.kind OR NEW.resident_id IS NOT OLD.resident_id
     OR NEW.asked_at IS NOT OLD.asked_at OR NEW.due_at IS NOT OLD.due_at;
  SELECT RAISE(ABORT, 'request_closed') WHERE OLD.closed_at IS NOT NULL;
  SELECT RAISE(ABORT, 'request_dates') FROM store_now
  WHERE NEW.closed_at IS NULL OR NEW.closed_at > at + 60000 OR NEW.closed_at < OLD.asked_at - 60000;
  SELECT RAISE(ABORT, 'request_unreasoned') FROM blank
  WHERE coalesce(NEW.outcome, '') NOT IN ('given', 'refused')
     OR (NEW.outcome = 'refused' AND (NEW.because IS NULL OR trim(NEW.because, marks) = '' OR length(NEW.because) > 200))
     OR NEW.cost_fen IS NULL OR NEW.cost_fen < 0;
END;
-- Three years after its end.
CREATE TRIGGER request_delete BEFORE DELETE ON request BEGIN
  SELECT RAISE(ABORT, 'request_fixed')
  WHERE OLD.closed_at IS NULL OR OLD.closed_at > (SELECT at FROM store_now) - 94608000000;
END;
