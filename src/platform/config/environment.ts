// The one place that touches the process environment.
import { readSettings, type Settings } from './settings.js';

/** @throws SettingsError */
export function settingsOfProcess(): Settings {
  return readSettings(process.env);
}
