// Stored format of the log: how its file is named, known again and laid out. Stored format: change
// only by adding a version and the statements that lead to it.

export const LOG_FILE_NAME = 'log.sqlite';

/** "CLOG" in SQLite's application_id, so that a file that is some other database is not taken for a log. */
export const APPLICATION_ID = 0x43_4c_4f_47;

export const FORMAT_VERSION = 2;

/**
 * Since format 2: how much of a stream a scavenge took away. Its revisions below `before` are gone,
 * and a gap anywhere else is damage.
 */
const SCAVENGED_TABLE = `
  CREATE TABLE scavenged (
    sid INTEGER PRIMARY KEY REFERENCES streams (id),
    before INTEGER NOT NULL
  ) STRICT;`;

/** Leads a log of format 1 to this one, inside a transaction. */
export const UPGRADE_FROM_1 = `${SCAVENGED_TABLE} PRAGMA user_version = ${FORMAT_VERSION};`;

export const SCHEMA = `
  CREATE TABLE streams (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
  CREATE TABLE events (
    pos INTEGER PRIMARY KEY,
    sid INTEGER NOT NULL REFERENCES streams (id),
    rev INTEGER NOT NULL,
    eid TEXT NOT NULL,
    type TEXT NOT NULL,
    json INTEGER NOT NULL,
    created INTEGER NOT NULL,
    data BLOB NOT NULL,
    meta BLOB NOT NULL,
    UNIQUE (sid, rev)
  ) STRICT;
  CREATE TABLE projected (position INTEGER NOT NULL) STRICT;
  INSERT INTO projected (position) VALUES (0);
  ${SCAVENGED_TABLE}
  CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
  CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT_VERSION};
`;
