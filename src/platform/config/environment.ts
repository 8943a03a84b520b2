// The only code that reads the process environment.
import { readSettings, type Purpose, type Settings } from './settings.js';

/** @throws SettingsError */
export function settingsOfProcess(purpose: Purpose): Settings {
  return readSettings(process.env, purpose);
}
