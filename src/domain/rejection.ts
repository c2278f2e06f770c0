// The business says no. A code is stable for ever; concrete rejections add fields.

export interface Rejection {
  readonly code: string;
  readonly message: string;
}
