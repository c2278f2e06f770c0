// Tax categories as forms take them.

/** What is taxed by no category of its own. */
export const standardTax = 'standard';
export const taxCategoryPattern = '[a-z0-9]+(-[a-z0-9]+)*';
