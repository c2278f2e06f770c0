// What to rebuild beside the live rows, and how.
import { type SubmitEvent, useState } from 'react';
import { newCommandId } from '../../../cart-client/command-id.ts';
import { Button } from '../../../design/button.tsx';
import {
  RebuildProjectionsDocument,
  type RebuildProjectionsMutation,
} from '../../../../schema/generated/graphql.ts';
import { operationsTexts } from '../texts.ts';
import { useCommand } from '../use-admin.ts';
import type { ReadModel } from '../use-read-models.ts';
import { replayTexts } from './texts.ts';

const words = replayTexts;

interface RebuildFormProps {
  readonly readModels: readonly ReadModel[];
  readonly isRunning: boolean;
}

const refusalOf = ({ rebuildProjections }: RebuildProjectionsMutation) =>
  rebuildProjections.refusal;

export function RebuildForm({ readModels, isRunning }: RebuildFormProps) {
  const [chosen, setChosen] = useState<readonly string[]>(() => firstChoice(readModels));
  const [isFresh, setFresh] = useState(false);
  const [isReported, setReported] = useState(true);
  const [isFullSpeed, setFullSpeed] = useState(false);
  const { run, isBusy } = useCommand(RebuildProjectionsDocument, { refusalOf, done: words.begun });
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const input = {
      ...{ commandId: newCommandId(), names: [...chosen] },
      ...{ fresh: isFresh, report: isReported && chosen.includes('cart'), fullSpeed: isFullSpeed },
    };
    void run({ input });
  };
  const toggle = (name: string) =>
    setChosen((all) => (all.includes(name) ? all.filter((one) => one !== name) : [...all, name]));
  return (
    <form className="panel stack rebuild-form" onSubmit={submit}>
      <h2>{words.rebuild}</h2>
      <p className="soft">{words.rebuildAbout}</p>
      <fieldset>
        <legend>{words.readModels}</legend>
        {readModels.map(({ name, rebuildDue }) => (
          <Tick
            key={name}
            label={name}
            about={rebuildDue ? operationsTexts.projections.rebuildDue : undefined}
            isOn={chosen.includes(name)}
            onChange={() => toggle(name)}
          />
        ))}
      </fieldset>
      <fieldset>
        <legend>{words.how}</legend>
        <Tick
          label={words.report}
          about={words.reportAbout}
          isOn={isReported}
          onChange={() => setReported(!isReported)}
        />
        <Tick
          label={words.fresh}
          about={words.freshAbout}
          isOn={isFresh}
          onChange={() => setFresh(!isFresh)}
        />
        <Tick
          label={words.fullSpeed}
          about={words.fullSpeedAbout}
          isOn={isFullSpeed}
          onChange={() => setFullSpeed(!isFullSpeed)}
        />
      </fieldset>
      <Button
        type="submit"
        look="primary"
        wide
        busy={isBusy}
        disabled={isRunning || chosen.length === 0}
      >
        {words.start}
      </Button>
      {isRunning && <p className="soft">{words.oneAtATime}</p>}
    </form>
  );
}

/** What is due, else the carts: their prices are what operators correct. */
function firstChoice(readModels: readonly ReadModel[]): readonly string[] {
  const due = readModels.filter(({ rebuildDue }) => rebuildDue).map(({ name }) => name);
  return due.length > 0 ? due : ['cart'];
}

interface TickProps {
  readonly label: string;
  readonly about?: string | undefined;
  readonly isOn: boolean;
  readonly onChange: () => void;
}

function Tick({ label, about, isOn, onChange }: TickProps) {
  return (
    <label className="tick">
      <input type="checkbox" checked={isOn} onChange={onChange} />
      <span>
        {label}
        {about !== undefined && <span className="about">{about}</span>}
      </span>
    </label>
  );
}
