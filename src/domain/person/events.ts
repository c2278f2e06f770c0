// A person's events, one stream a key of the person. Stored format: change only by adding a version
// and an upcaster.

/** The person's key was destroyed. The event says nothing of the person. */
export interface PersonErased {
  readonly type: 'PersonErased';
  readonly data: { readonly keyId: string };
}

export type PersonEvent = PersonErased;
