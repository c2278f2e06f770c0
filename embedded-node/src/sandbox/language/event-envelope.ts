// The event that a handler of a projection gets. Runs in the sandbox: its source text is evaluated
// there, so it must use nothing but itself and the language.

export class EventEnvelope {
  declare readonly isJson: boolean;
  declare readonly bodyRaw: string | null;
  declare readonly metadataRaw: string | null;
  declare readonly linkMetadataRaw: string | null;

  static of(raw: object): EventEnvelope {
    return Object.setPrototypeOf(raw, EventEnvelope.prototype) as EventEnvelope;
  }

  get body(): unknown {
    return this.isJson ? this.parsed('body', this.bodyRaw) : undefined;
  }

  get data(): unknown {
    return this.body;
  }

  get metadata(): unknown {
    return this.parsed('metadata', this.metadataRaw);
  }

  get linkMetadata(): unknown {
    return this.parsed('linkMetadata', this.linkMetadataRaw);
  }

  /** An event that becomes a state is stored with all that it has. */
  toJSON(): object {
    const { body, metadata, linkMetadata } = this;
    const own = this.isJson ? { body, data: body } : {};
    return Object.assign({}, this, own, { metadata, linkMetadata });
  }

  /** The same object at each look, so that a handler may change it. */
  private parsed(name: string, text: string | null): unknown {
    const value: unknown = text === null ? null : JSON.parse(text);
    Object.defineProperty(this, name, { value, enumerable: false });
    return value;
  }
}
