// Above the products: search, order, the chosen tag and how many products there are.
import { useId } from 'react';
import { Icon } from '../../design/icons.tsx';
import { counted } from '../format.ts';
import { texts } from '../texts.ts';
import { SearchBox } from './search-box.tsx';
import { type CatalogueView, type ShownSort, shownSorts } from './use-catalogue-view.ts';

const words = texts.shop;

interface CatalogueHeadProps {
  readonly view: CatalogueView;
  readonly totalCount: number | undefined;
}

export function CatalogueHead({ view, totalCount }: CatalogueHeadProps) {
  const sortId = useId();
  return (
    <div className="catalogue-head">
      <SearchBox value={view.search} onSearch={(search) => view.show({ search })} />
      <div className="row">
        {view.tag !== null && (
          <button
            type="button"
            className="button small filter"
            onClick={() => view.show({ tag: null })}
          >
            {words.tagged(view.tag)}
            <Icon name="close" size={14} />
            <span className="visually-hidden">{words.allTags}</span>
          </button>
        )}
        <p className="soft" role="status">
          {totalCount !== undefined && counted(totalCount, words.found)}
        </p>
        <div className="sort">
          <label htmlFor={sortId}>{words.sort}</label>
          <select
            id={sortId}
            className="input"
            value={view.sort}
            onChange={(event) => view.show({ sort: event.target.value as ShownSort })}
          >
            {shownSorts.map((sort) => (
              <option key={sort} value={sort}>
                {words.sorts[sort]}
              </option>
            ))}
          </select>
        </div>
      </div>
    </div>
  );
}
