
      export type PossibleTypesResultData = {
  "possibleTypes": {
    "CartContents": [
      "Cart",
      "CartView"
    ],
    "Rejection": [
      "CouponExhausted",
      "NotForSale",
      "OutOfStock",
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
      "CouponExhausted",
      "NotForSale",
      "OutOfStock",
      "Refusal",
      "RevisionConflict",
      "TotalChanged"
    ]
  }
};
      export default result;
    