// Stored format of the log: how its file is named, known again and laid out. Stored format: change
// only by adding a version and the way that leads to it, which `log-upgrade.ts` takes.

export const LOG_FILE_NAME = 'log.sqlite';

/**
 * "CLOG" in SQLite's application_id, so that a file that is some other database is not taken for a
 * log.
 */
export const APPLICATION_ID = 0x43_4c_4f_47;

/**
 * 2: what a scavenge took is noted. 3: events have checksums, each chained to the event before, and
 * the places that a scavenge emptied are noted.
 */
export const FORMAT_VERSION = 3;

/**
 * `scavenged`: of which streams a scavenge took the beginning; revisions below `before` are gone.
 * `holes`: runs of positions whose events a scavenge took. A gap anywhere else is damage.
 */
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
    before INTEGER NOT NULL,
    sum INTEGER NOT NULL,
    data BLOB NOT NULL,
    meta BLOB NOT NULL,
    UNIQUE (sid, rev)
  ) STRICT;
  CREATE TABLE projected (position INTEGER NOT NULL, copy INTEGER NOT NULL) STRICT;
  INSERT INTO projected (position, copy) VALUES (0, 0);
  CREATE TABLE scavenged (
    sid INTEGER PRIMARY KEY REFERENCES streams (id),
    before INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE holes (first INTEGER PRIMARY KEY, last INTEGER NOT NULL) STRICT;
  CREATE TRIGGER events_are_never_changed BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
  CREATE TRIGGER events_are_never_deleted BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;
  PRAGMA application_id = ${APPLICATION_ID};
  PRAGMA user_version = ${FORMAT_VERSION};
`;

/**
 * From one event's position to the next one's. There are places in between at which no event
 * begins, as in the real server's log, whose positions are bytes.
 */
export const POSITION_STEP = 64;
