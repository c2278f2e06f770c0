// A test against EventStoreDB: it appends an event, reads it back, and is refused a second one.
const { randomUUID } = require('node:crypto');
const {
  EventStoreDBClient,
  jsonEvent,
  NO_STREAM,
  START,
  WrongExpectedVersionError,
} = require('@eventstore/db-client');

const client = EventStoreDBClient.connectionString(process.env.EVENTSTORE_URL);
afterAll(() => client.dispose());

// Every test has a stream of its own, so tests may run at the same time.
const newStream = () => `order-${randomUUID()}`;
const placed = () => jsonEvent({ type: 'OrderPlaced', data: { total: 1250 } });

test('an appended event can be read', async () => {
  const stream = newStream();
  await client.appendToStream(stream, placed(), { expectedRevision: NO_STREAM });

  const events = [];
  for await (const { event } of client.readStream(stream, { fromRevision: START })) {
    events.push(event.data);
  }
  expect(events).toEqual([{ total: 1250 }]);
});

test('an order is placed once', async () => {
  const stream = newStream();
  await client.appendToStream(stream, placed(), { expectedRevision: NO_STREAM });

  const again = client.appendToStream(stream, placed(), { expectedRevision: NO_STREAM });
  await expect(again).rejects.toThrow(WrongExpectedVersionError);
});
