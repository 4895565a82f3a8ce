-- When somebody passed last by the wall clock, where that clock could be right: an hour at which everybody is forgiven asks for it.
-- Null: only the time since counts. Frozen, as every migration.

ALTER TABLE last_passage ADD COLUMN at_wall INTEGER;
