// What is on standby, how it differs from the live rows, and what can be rolled back.
import { useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import { Dialog } from '../../../design/layer.tsx';
import { Notice } from '../../../design/states.tsx';
import {
  PromoteProjectionsDocument,
  type PromoteProjectionsMutation,
  RollBackProjectionsDocument,
  type RollBackProjectionsMutation,
} from '../../../../schema/generated/graphql.ts';
import { counted, moneyWithSign, number } from '../../format.ts';
import { texts } from '../../texts.ts';
import { operationsTexts } from '../texts.ts';
import { useIsAdmin, useCommand } from '../use-admin.ts';
import { earlierOf, type ReadModel, standbyOf } from '../use-read-models.ts';
import { replayTexts } from './texts.ts';

const words = replayTexts;

interface StandbyProps {
  readonly readModels: readonly ReadModel[];
  readonly isRunning: boolean;
}

export function Standby({ readModels, isRunning }: StandbyProps) {
  const isAdmin = useIsAdmin();
  const [asked, setAsked] = useState<'promote' | 'roll back' | null>(null);
  const standing = readModels.filter((one) => standbyOf(one) !== undefined);
  const earlier = readModels.filter((one) => earlierOf(one) !== undefined);
  const close = () => setAsked(null);
  return (
    <section className="panel stack standby">
      <div className="row apart">
        <h2>{words.standby}</h2>
        {isAdmin && (
          <div className="row">
            {earlier.length > 0 && (
              <Button icon="undo" onClick={() => setAsked('roll back')}>
                {words.rollBack}
              </Button>
            )}
            {standing.length > 0 && (
              <Button
                look="primary"
                icon="check"
                disabled={isRunning}
                onClick={() => setAsked('promote')}
              >
                {words.promote}
              </Button>
            )}
          </div>
        )}
      </div>
      {standing.length === 0 ? (
        <p className="soft">{words.nothingStands}</p>
      ) : (
        <ul className="standing">
          {standing.map((one) => (
            <Standing key={one.id} readModel={one} />
          ))}
        </ul>
      )}
      <PromoteDialog open={asked === 'promote'} onClose={close} readModels={standing} />
      <RollBackDialog open={asked === 'roll back'} onClose={close} />
    </section>
  );
}

function Standing({ readModel }: { readonly readModel: ReadModel }) {
  const standby = standbyOf(readModel);
  if (standby === undefined) return null;
  const { drift, generation, version } = standby;
  return (
    <li>
      <strong>{readModel.name}</strong>
      <span className="soft">
        {words.generationOver(
          number(generation),
          number(version),
          number(readModel.generation),
          number(readModel.version),
        )}
      </span>
      <span>
        {drift === null
          ? words.notCompared
          : words.differs(counted(drift.differing, words.rows), number(drift.rows))}
        {drift?.moneyTotals.map((sum) => (
          <strong key={sum.currency} className={Number(sum.decimal) < 0 ? 'less' : 'more'}>
            {' '}
            {moneyWithSign(sum)}
          </strong>
        ))}
      </span>
      {drift !== null && drift.unexplained > 0 && (
        <Notice tone="bad" icon="alert">
          {words.unexplained(counted(drift.unexplained, words.rows))}{' '}
          <bdi>{drift.examples.join(', ')}</bdi>
        </Notice>
      )}
    </li>
  );
}

interface AskedDialogProps {
  readonly open: boolean;
  readonly onClose: () => void;
}

const promotionRefusal = ({ promoteProjections }: PromoteProjectionsMutation) =>
  promoteProjections.refusal;

function PromoteDialog({
  open,
  onClose,
  readModels,
}: AskedDialogProps & { readonly readModels: readonly ReadModel[] }) {
  const [isDriftAccepted, setDriftAccepted] = useState(false);
  const { run, isBusy } = useCommand(PromoteProjectionsDocument, { refusalOf: promotionRefusal });
  const names = readModels.map(({ name }) => name);
  const promote = async () => {
    const input = { commandId: newCommandId(), names, acceptDrift: isDriftAccepted };
    if (await run({ input })) onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={words.promoteTitle}
      closeLabel={texts.close}
      foot={
        <div className="row apart">
          <Button onClick={onClose}>{operationsTexts.cancel}</Button>
          <Button look="primary" busy={isBusy} onClick={() => void promote()}>
            {words.promoteNow}
          </Button>
        </div>
      }
    >
      <div className="stack">
        <p>{words.promoteAbout(names.join(', '))}</p>
        <label className="tick">
          <input
            type="checkbox"
            checked={isDriftAccepted}
            onChange={() => setDriftAccepted(!isDriftAccepted)}
          />
          <span>
            {words.acceptDrift}
            <span className="about">{words.acceptDriftAbout}</span>
          </span>
        </label>
      </div>
    </Dialog>
  );
}

const rollbackRefusal = ({ rollBackProjections }: RollBackProjectionsMutation) =>
  rollBackProjections.refusal;

function RollBackDialog({ open, onClose }: AskedDialogProps) {
  const { run, isBusy } = useCommand(RollBackProjectionsDocument, {
    refusalOf: rollbackRefusal,
    done: words.rolledBack,
  });
  const rollBack = async () => {
    if (await run({ input: { commandId: newCommandId() } })) onClose();
  };
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={words.rollBackTitle}
      closeLabel={texts.close}
      foot={
        <div className="row apart">
          <Button onClick={onClose}>{operationsTexts.cancel}</Button>
          <Button look="danger" icon="undo" busy={isBusy} onClick={() => void rollBack()}>
            {words.rollBackNow}
          </Button>
        </div>
      }
    >
      <p>{words.rollBackAbout}</p>
    </Dialog>
  );
}
