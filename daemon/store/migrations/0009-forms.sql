-- Consent forms that the gate has numbered: which notice each sheet names, in which language, and when a consent on it was confirmed.
-- Names nobody. Frozen, as every migration. As in 0002: every rule is a trigger and holds with every check switched off.

CREATE TABLE form (
  -- That of its event in the ledger.
  number INTEGER PRIMARY KEY NOT NULL,
  -- As it is printed: EG-1042-K7QX. The four letters are drawn by lot: a slip of the pen, or a sheet printed before a restore, is no
  -- other sheet's number.
  name TEXT NOT NULL UNIQUE,
  at INTEGER NOT NULL,
  notice_hash TEXT NOT NULL,
  language TEXT NOT NULL,
  used_at INTEGER
) STRICT, WITHOUT ROWID;

CREATE INDEX consent_form ON consent (form_number);

CREATE TRIGGER form_insert BEFORE INSERT ON form BEGIN
  SELECT RAISE(ABORT, 'form_fixed')
  WHERE EXISTS (SELECT 1 FROM form WHERE number = NEW.number OR name = NEW.name)
     OR NEW.number IS NOT (SELECT coalesce(max(seq), 0) + 1 FROM ledger)
     OR coalesce(NEW.name, '') NOT GLOB 'EG-' || NEW.number || '-[A-Z2-7][A-Z2-7][A-Z2-7][A-Z2-7]'
     OR length(coalesce(NEW.notice_hash, '')) <> 64 OR NEW.notice_hash GLOB '*[^0-9a-f]*'
     OR coalesce(NEW.language, '') NOT IN ('zh-CN', 'en')
     OR NEW.at IS NULL OR NEW.used_at IS NOT NULL;
END;
CREATE TRIGGER form_update BEFORE UPDATE ON form BEGIN
  SELECT RAISE(ABORT, 'form_fixed')
  WHERE NEW.number IS NOT OLD.number OR NEW.name IS NOT OLD.name OR NEW.at IS NOT OLD.at
     OR NEW.notice_hash IS NOT OLD.notice_hash OR NEW.language IS NOT OLD.language
     OR OLD.used_at IS NOT NULL OR NEW.used_at IS NULL
     OR NOT EXISTS (SELECT 1 FROM consent WHERE form_number = OLD.name AND confirmed_at = NEW.used_at);
END;
CREATE TRIGGER form_delete BEFORE DELETE ON form BEGIN
  SELECT RAISE(ABORT, 'form_fixed');
END;

-- Numbers of this shape are the gate's; whatever else an office writes on its own forms stays free.
CREATE TRIGGER consent_form_insert BEFORE INSERT ON consent
WHEN upper(trim(NEW.form_number)) GLOB 'EG-[0-9]*' BEGIN
  SELECT RAISE(ABORT, 'form_unknown') WHERE NOT EXISTS (SELECT 1 FROM form WHERE name = NEW.form_number);
  -- One sheet is one person's: until he confirms it may be written down again, afterwards it is spent.
  SELECT RAISE(ABORT, 'form_used')
  WHERE EXISTS (SELECT 1 FROM form WHERE name = NEW.form_number AND used_at IS NOT NULL)
     OR EXISTS (SELECT 1 FROM consent WHERE form_number = NEW.form_number AND resident_id IS NOT NEW.resident_id);
  -- What was signed names the notice that was read.
  SELECT RAISE(ABORT, 'form_stale')
  WHERE EXISTS (SELECT 1 FROM form WHERE name = NEW.form_number AND notice_hash IS NOT NEW.notice_hash);
END;
CREATE TRIGGER consent_form_confirm AFTER UPDATE ON consent
WHEN OLD.confirmed_at IS NULL AND NEW.confirmed_at IS NOT NULL BEGIN
  UPDATE form SET used_at = NEW.confirmed_at WHERE name = NEW.form_number AND used_at IS NULL;
END;
