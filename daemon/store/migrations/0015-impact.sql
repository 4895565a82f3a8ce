-- What a signed assessment of impact rested on, part by part, so that the gate can say what has changed since; and the operator's own
-- words in it, with who wrote them. Names no resident. Nothing here is changed or taken back: a later text stands beside the earlier.
-- Frozen, as every migration. As in 0002: every rule is a trigger and holds with every check switched off.

CREATE TABLE assessment_basis (
  -- That of its assessment (0007).
  number INTEGER PRIMARY KEY NOT NULL,
  -- JSON: settings by name, secrets masked, and what else was assessed (daemon/report/assessed.ts).
  basis TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER assessment_basis_insert BEFORE INSERT ON assessment_basis BEGIN
  SELECT RAISE(ABORT, 'assessment_fixed')
  WHERE EXISTS (SELECT 1 FROM assessment_basis WHERE number = NEW.number)
     OR NOT EXISTS (SELECT 1 FROM assessment WHERE number = NEW.number)
     OR NEW.number IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
     OR NOT json_valid(coalesce(NEW.basis, '')) OR length(NEW.basis) > 65536;
END;
CREATE TRIGGER assessment_basis_update BEFORE UPDATE ON assessment_basis BEGIN
  SELECT RAISE(ABORT, 'assessment_fixed');
END;
CREATE TRIGGER assessment_basis_delete BEFORE DELETE ON assessment_basis BEGIN
  SELECT RAISE(ABORT, 'assessment_fixed');
END;

CREATE TABLE assessment_text (
  -- That of its event, which holds the hash of these words and none of them.
  number INTEGER PRIMARY KEY NOT NULL,
  at INTEGER NOT NULL,
  part TEXT NOT NULL,
  -- A person of the operator's, in his own words.
  author TEXT NOT NULL,
  -- For whom he wrote: another operator's words are not this one's.
  operator TEXT NOT NULL,
  -- Empty: what stood there before is withdrawn.
  body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER assessment_text_insert BEFORE INSERT ON assessment_text BEGIN
  SELECT RAISE(ABORT, 'assessment_fixed')
  WHERE EXISTS (SELECT 1 FROM assessment_text WHERE number = NEW.number)
     OR NEW.number IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
     OR coalesce(NEW.part, '') NOT IN ('purpose', 'necessity', 'effects', 'risks', 'measures')
     OR NEW.at IS NULL OR NEW.body IS NULL OR length(NEW.body) > 4000
     OR coalesce(NEW.author, '') NOT GLOB '*[^ ]*' OR length(NEW.author) > 100
     OR coalesce(NEW.operator, '') NOT GLOB '*[^ ]*' OR length(NEW.operator) > 200;
END;
CREATE TRIGGER assessment_text_update BEFORE UPDATE ON assessment_text BEGIN
  SELECT RAISE(ABORT, 'assessment_fixed');
END;
CREATE TRIGGER assessment_text_delete BEFORE DELETE ON assessment_text BEGIN
  SELECT RAISE(ABORT, 'assessment_fixed');
END;
