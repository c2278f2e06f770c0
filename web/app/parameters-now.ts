// The parameters of the page's address, as they are and not as they were drawn. The router draws a new
// address in a transition, so a second change can be made before the first one is drawn: it begins
// with these, or it takes the first one back.

export const parametersNow = () => new URLSearchParams(window.location.search);
