/** Commands that doctor tells people to run. */

/** Deploys a stack, and has Pulumi notice first what was changed or deleted by hand. */
export function deploy(stack: string): string {
  return `pulumi up --refresh --stack ${stack}`;
}

/** Makes a model's rate alarm fire, or its silence alarm. */
export function fire(stack: string, model: string, isSilence = false): string {
  return `npm run fire -- --stack ${stack} --model ${model}${isSilence ? " --silence" : ""}`;
}

/** A command that reaches the account that the stack's file names by a profile, whatever the shell's is. */
export function withProfile(command: string, profile: string | undefined): string {
  return profile === undefined ? command : command.replace(/^aws /, `aws --profile ${profile} `);
}
