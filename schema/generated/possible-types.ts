
      export type PossibleTypesResultData = {
  "possibleTypes": {
    "CartContents": [
      "Cart",
      "CartView"
    ],
    "Rejection": [
      "Refusal",
      "RevisionConflict",
      "TotalChanged"
    ]
  }
};
      const result: PossibleTypesResultData = {
  "possibleTypes": {
    "CartContents": [
      "Cart",
      "CartView"
    ],
    "Rejection": [
      "Refusal",
      "RevisionConflict",
      "TotalChanged"
    ]
  }
};
      export default result;
    