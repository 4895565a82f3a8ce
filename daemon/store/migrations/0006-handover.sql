-- Another operator takes over. Frozen, as every migration.
-- As in 0002: every rule is a trigger, holds for REPLACE and with foreign_keys and recursive_triggers off; its message is the code.

-- One row a handover, named by its event; open until every consent to a former notice has ended and its templates are proved gone.
CREATE TABLE handover (
  number INTEGER PRIMARY KEY NOT NULL,
  gate TEXT NOT NULL,
  operator TEXT NOT NULL CHECK (length(operator) BETWEEN 1 AND 200),
  began_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT, WITHOUT ROWID;

-- The operator is in the notice: whoever agreed to any other notice than the one in force agreed to somebody else.
CREATE VIEW handover_owed (consent_id, resident_id) AS
SELECT n.id, n.resident_id
FROM handover h JOIN effective e ON e.gate = h.gate JOIN consent n ON n.ended_at IS NULL AND n.notice_hash IS NOT e.notice_hash
WHERE h.ended_at IS NULL;

CREATE TRIGGER handover_insert BEFORE INSERT ON handover BEGIN
  SELECT RAISE(ABORT, 'handover_open') WHERE EXISTS (SELECT 1 FROM handover WHERE ended_at IS NULL);
  SELECT RAISE(ABORT, 'handover_fixed')
  WHERE EXISTS (SELECT 1 FROM handover WHERE number = NEW.number)
     OR NEW.number IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
     OR NEW.ended_at IS NOT NULL;
END;
CREATE TRIGGER handover_update BEFORE UPDATE ON handover BEGIN
  SELECT RAISE(ABORT, 'handover_fixed')
  WHERE NEW.number IS NOT OLD.number OR NEW.gate IS NOT OLD.gate OR NEW.operator IS NOT OLD.operator
     OR NEW.began_at IS NOT OLD.began_at OR OLD.ended_at IS NOT NULL OR NEW.ended_at IS NULL;
  SELECT RAISE(ABORT, 'handover_owed')
  WHERE EXISTS (SELECT 1 FROM handover_owed) OR EXISTS (SELECT 1 FROM erasure_pending);
END;
CREATE TRIGGER handover_delete BEFORE DELETE ON handover BEGIN
  SELECT RAISE(ABORT, 'handover_fixed');
END;

-- A consent that a handover ended was not withdrawn: he said nothing, and the new operator may ask him once.
DROP VIEW consent_word;
CREATE VIEW consent_word (resident_id, at, word) AS
SELECT resident_id, coalesce(refused_at, asked_at), iif(refused_at IS NULL, 'asked', 'refused') FROM consent_ask
UNION ALL
SELECT resident_id, ended_at, iif(ended_because IN ('expired', 'restored', 'handover'), 'expired', 'withdrawn') FROM consent
WHERE ended_at IS NOT NULL AND confirmed_at IS NOT NULL AND ended_because IS NOT 'replaced';

DROP VIEW consent_standing;
CREATE VIEW consent_standing (resident_id, gate, state) AS
SELECT r.id, e.gate, CASE
  -- consent_word once more: asked for through the view, the tables would be read whole for each resident.
  WHEN n.id IS NULL THEN coalesce((
    SELECT word FROM (
      SELECT coalesce(refused_at, asked_at) AS at, iif(refused_at IS NULL, 'asked', 'refused') AS word
      FROM consent_ask WHERE resident_id = r.id
      UNION ALL
      SELECT ended_at, iif(ended_because IN ('expired', 'restored', 'handover'), 'expired', 'withdrawn') FROM consent
      WHERE resident_id = r.id AND ended_at IS NOT NULL AND confirmed_at IS NOT NULL AND ended_because IS NOT 'replaced')
    ORDER BY at DESC, word DESC LIMIT 1), 'none')
  WHEN n.expires_at <= t.at THEN 'expired'
  WHEN NOT EXISTS (SELECT 1 FROM consent_gate g WHERE g.consent_id = n.id AND g.gate = e.gate) THEN 'none'
  WHEN n.confirmed_at IS NULL THEN 'asserted'
  WHEN n.notice_hash IS NOT e.notice_hash OR n.model IS NOT e.model THEN 'stale'
  ELSE 'given' END
FROM resident r CROSS JOIN effective e CROSS JOIN store_now t
LEFT JOIN consent n ON n.resident_id = r.id AND n.ended_at IS NULL;

-- The register is asked every second whether something is overdue.
CREATE INDEX request_open ON request (due_at) WHERE closed_at IS NULL;
