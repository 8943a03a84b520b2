// The note at the foot of the page: what was filled in, when it happens.

/** @param {string} id */
const element = (id) => /** @type {HTMLElement} */ (document.getElementById(id));

/**
 * @param {string} text
 * @param {string} [qrCode] SVG data URI
 */
export function note(text, qrCode) {
  const image = /** @type {HTMLImageElement} */ (element('note-qr'));
  element('note-text').textContent = text;
  image.hidden = qrCode === undefined;
  if (qrCode !== undefined) image.src = qrCode;
  element('note').hidden = false;
}

export function endNote() {
  element('note').hidden = true;
}

/** Shows in the guide that the demo client is filled in. */
export function tellDemoClient() {
  element('guide-client').hidden = true;
  element('guide-demo-client').hidden = false;
}
