// The example uses this page's own address, so that it can be pasted unchanged.

const shown = document.getElementById('origin');
if (shown !== null) shown.textContent = window.location.origin;
