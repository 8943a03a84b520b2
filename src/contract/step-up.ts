// The actions that the service itself asks a proof for. A route whose contract names one changes nothing for an
// enrolled user without that proof.
export const STEP_UP_ACTIONS = {
  'factors.add': 'Add a factor, or replace one.',
  'factors.remove': 'Remove an active factor.',
  'factors.regenerate': 'Make new recovery codes; the old ones are void.',
} as const;

export type StepUpAction = keyof typeof STEP_UP_ACTIONS;

export function isStepUpAction(text: string): text is StepUpAction {
  return Object.hasOwn(STEP_UP_ACTIONS, text);
}
