// The example names the address under which this page was found, so that it can be pasted as it is.

const shown = document.getElementById('origin');
if (shown !== null) shown.textContent = window.location.origin;
