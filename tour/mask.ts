// Which parts of a request or an answer are secret. By the name of the field, so that nothing has to be known before it
// is shown.
const SECRET_FIELDS: Readonly<Record<string, string>> = {
  access_token: 'access token',
  client_secret: 'client secret',
  code: 'one-time code',
  secret: 'TOTP secret',
  assertion: 'assertion',
  qrCode: 'the QR code as SVG',
};

/** A JSON body, indented, with every secret field masked. */
export function maskedJson(body: unknown): string {
  return JSON.stringify(body, maskedField, 2);
}

/** Credentials of a header: the scheme is shown, what follows is not. */
export function maskedAuthorization(value: string): string {
  return value.replace(/ .*$/, ' ***');
}

function maskedField(name: string, value: unknown): unknown {
  // An error's `code` is a word; a one-time code is digits.
  if (name === 'code' && typeof value === 'string' && !/^\d+$/.test(value)) return value;
  if (name === 'otpauthUri' && typeof value === 'string') return value.replace(/(?<=[?&]secret=)[^&]+/, '***');
  const kind = SECRET_FIELDS[name];
  return kind !== undefined && typeof value === 'string' ? `*** (${kind}, ${value.length} characters)` : value;
}
