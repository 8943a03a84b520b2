// Decides which parts of a request or an answer are secret, by the name of the field.
const SECRET_FIELDS: Readonly<Record<string, string>> = {
  access_token: 'access token',
  client_secret: 'client secret',
  code: 'one-time code',
  secret: 'TOTP secret',
  assertion: 'assertion',
  ticket: 'ticket',
  qrCode: 'the QR code as SVG',
};

/** A JSON body, indented, with every secret field masked. */
export function maskedJson(body: unknown): string {
  return JSON.stringify(body, maskedField, 2);
}

/** Credentials of a header: only the scheme is shown. */
export function maskedAuthorization(value: string): string {
  return value.replace(/ .*$/, ' ***');
}

/** For each field with an address, the secret parameter in it. */
const SECRET_PARAMETERS: Readonly<Record<string, string>> = { otpauthUri: 'secret', registrationUri: 'ticket' };

function maskedField(name: string, value: unknown): unknown {
  if (typeof value !== 'string') return value;
  // An error's `code` is a word; a one-time code is digits.
  if (name === 'code' && !/^\d+$/.test(value)) return value;
  const parameter = SECRET_PARAMETERS[name];
  if (parameter !== undefined) return value.replace(new RegExp(`(?<=[?&]${parameter}=)[^&]+`), '***');
  const kind = SECRET_FIELDS[name];
  return kind === undefined ? value : `*** (${kind}, ${value.length} characters)`;
}
