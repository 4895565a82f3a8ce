-- Assessments of impact that the operator has signed: when, and from which configuration. Frozen, as every migration.
-- A paper is kept by the operator; the gate knows only whether the last one still fits. Kept as long as the store: it names nobody.

CREATE TABLE assessment (
  -- The number of its event.
  number INTEGER PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  hash TEXT NOT NULL CHECK (length(hash) = 64 AND hash NOT GLOB '*[^0-9a-f]*')
) STRICT, WITHOUT ROWID;

CREATE TRIGGER assessment_insert BEFORE INSERT ON assessment BEGIN
  SELECT RAISE(ABORT, 'assessment_fixed')
  WHERE EXISTS (SELECT 1 FROM assessment WHERE number = NEW.number)
     OR NEW.number IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger);
END;
CREATE TRIGGER assessment_update BEFORE UPDATE ON assessment BEGIN
  SELECT RAISE(ABORT, 'assessment_fixed');
END;
CREATE TRIGGER assessment_delete BEFORE DELETE ON assessment BEGIN
  SELECT RAISE(ABORT, 'assessment_fixed');
END;
