// One replay: who started it, how far it is, what became of it, and its report.
import { Link } from 'react-router';
import { Button, buttonClass } from '../../../design/button.tsx';
import { Icon } from '../../../design/icons.tsx';
import { Badge, Notice } from '../../../design/states.tsx';
import {
  StopReplayDocument,
  type StopReplayMutation,
} from '../../../../schema/generated/graphql.ts';
import { counted, dateTime, moneyWithSign, number } from '../../format.ts';
import { useIsAdmin, useCommand } from '../use-admin.ts';
import type { ShownReplay } from './use-replays.ts';
import { replayTexts } from './texts.ts';

const words = replayTexts;

const tones = {
  RUNNING: 'warm',
  DONE: 'good',
  REFUSED: 'bad',
  FAILED: 'bad',
  STOPPED: 'plain',
  INTERRUPTED: 'bad',
} as const;

export function ReplayCard({ replay }: { readonly replay: ShownReplay }) {
  const { kind, state, startedAt, startedBy, reason, readModels, reportId } = replay;
  return (
    <li className="replay" data-state={state}>
      <div className="row apart">
        <h3>{words.kinds[kind]}</h3>
        <Badge tone={tones[state]} dot={state === 'RUNNING'}>
          {words.states[state]}
        </Badge>
      </div>
      <p className="soft">
        <time dateTime={startedAt}>{dateTime(startedAt)}</time>
        {' · '}
        <bdi>{startedBy}</bdi>
        {reason !== null && (
          <>
            {' · '}
            <bdi>{reason}</bdi>
          </>
        )}
      </p>
      {replay.rebuilt.length + replay.madeLive.length === 0 && (
        <p>{readModels.length === 0 ? words.allReadModels : readModels.join(', ')}</p>
      )}
      {state === 'RUNNING' && <Progress replay={replay} />}
      <Outcome replay={replay} />
      {reportId !== null && (
        <Link to={`/ops/replays/reports/${reportId}`} className={buttonClass({ size: 'small' })}>
          <Icon name="chart" size={16} />
          {words.openReport}
        </Link>
      )}
    </li>
  );
}

const stopRefusal = ({ stopReplay }: StopReplayMutation) =>
  stopReplay.stopped ? null : { message: words.noneRuns };

function Progress({ replay: { progress, compared, waitsFor } }: { readonly replay: ShownReplay }) {
  const isAdmin = useIsAdmin();
  const { run, isBusy } = useCommand(StopReplayDocument, {
    refusalOf: stopRefusal,
    done: words.stopping,
  });
  const done = compared ? 1 : (progress?.done ?? 0);
  return (
    <div className="stack tight" aria-live="off">
      <progress max={1} value={done} aria-label={words.progress} />
      <div className="row apart">
        <span className="soft numbers">
          {progress === null || compared
            ? words.comparing
            : words.folding(
                number(Math.round(done * 100)),
                number(progress.events),
                number(progress.eventsPerSecond),
              )}
          {progress?.secondsLeft != null && !compared
            ? ` · ${words.left(number(Math.ceil(progress.secondsLeft)))}`
            : ''}
        </span>
        {isAdmin && (
          <Button size="small" look="danger" busy={isBusy} onClick={() => void run({})}>
            {words.stop}
          </Button>
        )}
      </div>
      {waitsFor !== null && <Notice tone="warm">{words.waits(waitsFor)}</Notice>}
    </div>
  );
}

function Outcome({ replay }: { readonly replay: ShownReplay }) {
  const { refusal, fault, madeLive, differences, incomparable, rebuilt } = replay;
  return (
    <>
      {rebuilt.length > 0 && madeLive.length === 0 && <p>{words.rebuilt(namesOf(rebuilt))}</p>}
      {differences
        .filter(({ differing }) => differing > 0)
        .map(({ name, differing, rows, unexplained, money }) => (
          <p key={name}>
            {name}: {words.differs(counted(differing, words.rows), number(rows))}
            {money.map((sum) => (
              <strong key={sum.currency} className={Number(sum.decimal) < 0 ? 'less' : 'more'}>
                {' '}
                {moneyWithSign(sum)}
              </strong>
            ))}
            {unexplained > 0 && ` ${words.unexplained(counted(unexplained, words.rows))}`}
          </p>
        ))}
      {incomparable.length > 0 && <p>{words.incomparable(incomparable.join(', '))}</p>}
      {madeLive.length > 0 && <p>{words.madeLive(namesOf(madeLive))}</p>}
      {refusal !== null && (
        <Notice tone="bad" icon="alert">
          {words.refused(refusal.message)}
        </Notice>
      )}
      {fault !== null && (
        <Notice tone="bad" icon="alert">
          <bdi>{fault}</bdi>
        </Notice>
      )}
    </>
  );
}

function namesOf(generations: ShownReplay['rebuilt']): string {
  return generations
    .map(({ name, generation }) => words.namedGeneration(name, number(generation)))
    .join(', ');
}
