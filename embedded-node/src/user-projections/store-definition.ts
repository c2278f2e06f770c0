// Writes the definition of a projection: at its creation, and after each change of it.
import type { Log } from '../log/log.js';
import type { Writer } from '../write/writer.js';
import { definitionStream, REGISTRATIONS } from './names.js';
import { proposedEvent } from './proposed.js';
import { definitionJson, type ProjectionDefinition, UNREGISTERED } from './stored-projection.js';

interface DefinitionParts {
  readonly log: Log;
  readonly writer: Writer;
}

/**
 * Returns it with its number and version. A transient projection is not stored.
 *
 * @throws WriteFailed
 */
export async function storeDefinition(
  { log, writer }: DefinitionParts,
  definition: ProjectionDefinition,
  isReset: boolean,
): Promise<ProjectionDefinition> {
  const { name, mode } = definition;
  const revisionAfter = (stream: string) => (log.head(stream)?.revision ?? -1) + 1;
  const numbered = (id: number, version: number): ProjectionDefinition => {
    return { ...definition, id, version, epoch: isReset ? version : definition.epoch };
  };
  if (mode === 'Transient') return numbered(definition.id, definition.version + 1);
  let stored = definition;
  await writer.system(() => {
    const isNew = definition.id === UNREGISTERED;
    const id = isNew ? revisionAfter(REGISTRATIONS) : definition.id;
    if (isNew) {
      const created = proposedEvent('$ProjectionCreated', name, { isJson: false });
      writer.appendWithin(REGISTRATIONS, [created]);
    }
    const stream = definitionStream(name);
    stored = numbered(id, revisionAfter(stream));
    writer.appendWithin(stream, [proposedEvent('$ProjectionUpdated', definitionJson(stored))]);
  });
  return stored;
}
