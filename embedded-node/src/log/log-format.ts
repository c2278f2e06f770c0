// The stored format of the log: its file name, its identification and its schema. Stored format:
// change only by adding a version and a step in `log-upgrade.ts`.

export const LOG_FILE_NAME = 'log.sqlite';

/** "CLOG" in SQLite's application_id distinguishes a log from other databases. */
export const APPLICATION_ID = 0x43_4c_4f_47;

/**
 * 2: scavenged events are recorded. 3: each event has a checksum, chained to the previous event's,
 * and the positions of scavenged events are recorded.
 */
export const FORMAT_VERSION = 3;

/**
 * `scavenged`: the streams whose first events a scavenge removed, with the first remaining
 * revision. `holes`: ranges of positions of scavenged events. Any other gap is damage.
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
 * Distance between the positions of two events. No event begins in between, as in the real server's
 * log, whose positions are bytes.
 */
export const POSITION_STEP = 64;
