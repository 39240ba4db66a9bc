/** What stands in the code blocks of a language, block by block. */
export function fencesIn(markdown: string, language: string): string[] {
  const fences = markdown.matchAll(
    new RegExp(`^ *\`\`\`${language}\\n([\\s\\S]*?)^ *\`\`\`$`, "gm"),
  );
  return Array.from(fences, ([, content = ""]) => content);
}

/** A page without its code blocks. */
export function withoutFences(markdown: string): string {
  return markdown.replace(/^ *```[\s\S]*?^ *```$/gm, "");
}

/** Code in the running text. */
export function inlineCode(markdown: string): string[] {
  return Array.from(withoutFences(markdown).matchAll(/`([^`]+)`/g), ([, code = ""]) =>
    code.replace(/\s+/g, " "),
  );
}

/** The shell commands of a page: npm's, AWS's and Pulumi's, in code blocks and in the text; continued lines in one. */
export function commandsIn(markdown: string): string[] {
  const lines = fencesIn(markdown, "sh")
    .join("\n")
    .replace(/\\\n\s*/g, " ")
    .split("\n");
  return [...lines, ...inlineCode(markdown)].filter((line) =>
    /^(npm|npx|aws|pulumi) [a-z-]/.test(line),
  );
}
