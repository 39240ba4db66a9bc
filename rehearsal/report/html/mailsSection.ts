import type { RehearsedMail } from "../../rehearse";
import { count, minuteText } from "../words";
import { blockWithLinks, inline } from "./escape";

/** Mails in full: more than anybody reads, few enough for a page that opens at once. */
const MAILS_SHOWN = 500;

/** The mails in order of time, each opening under its subject. */
export function mailsSection(mails: readonly RehearsedMail[]): string {
  const left = mails.length - MAILS_SHOWN;
  return `<section aria-labelledby="mails">
<h2 id="mails">E-mails</h2>
${mails.length === 0 ? "<p>No e-mail would have been sent.</p>" : ""}${mails.slice(0, MAILS_SHOWN).map(mailHtml).join("\n")}
${left > 0 ? `<p>${count(left, "later e-mail")} left out here; <code>--json</code> lists all.</p>` : ""}
</section>`;
}

/** A link to a mail by its position, named after its addressee; plain text for one the page does not show. */
export function mailLink({ to }: RehearsedMail, number: number): string {
  return number < MAILS_SHOWN ? `<a href="#mail-${String(number)}">${inline(to)}</a>` : inline(to);
}

function mailHtml({ at, to, subject, body, change }: RehearsedMail, number: number): string {
  return `<details class="mail ${change.to.toLowerCase()}" id="mail-${String(number)}">
<summary><span class="aside nowrap">${minuteText(at)}</span> <span class="subject">${inline(subject)}</span> <span class="aside">to ${inline(to)}</span></summary>
<pre>${blockWithLinks(body.trimEnd())}</pre>
</details>`;
}
