import { count } from "../report/words";
import type { RehearsedMail } from "../rehearse";
import type { CaseRun } from "./caseRun";
import type { Claim, Mismatch } from "./mismatch";
import { sinceText, whenText } from "./words";

/** Mails that a mismatch lists; the others are counted. */
const LISTED = 6;

/** What an expectation claims of mails and does not hold. They are those of all of the model's alarms. */
export function mailMismatches({ expectation, from, to }: Claim, run: CaseRun): Mismatch[] {
  const { position, when, alarm: kind, mails: wanted, mailed, subject } = expectation;
  if (wanted === undefined && mailed === undefined && subject === undefined) return [];
  const only = kind === undefined ? undefined : run.alarms.get(kind)?.alarm.name;
  const sent = run.mails.filter(
    ({ at, alarm }) => at >= from && at <= to && (only === undefined || alarm === only),
  );
  return (mailed ?? [undefined]).flatMap((address) => {
    const found = sent.filter(
      (mail) =>
        (address === undefined || mail.to.toLowerCase() === address) &&
        (subject === undefined || mail.subject.toLowerCase().includes(subject.toLowerCase())),
    );
    const isRight = wanted === undefined ? found.length > 0 : found.length === wanted;
    if (isRight) return [];
    const amount =
      wanted === undefined ? "a mail" : wanted === 0 ? "no mail" : count(wanted, "mail");
    const whom = address === undefined ? "" : ` to ${address}`;
    const what = subject === undefined ? "" : ` with "${subject}" in the subject`;
    const tooFew = found.length < (wanted ?? 1);
    return {
      position,
      when: whenText(when),
      expected: `${amount}${whom}${what}`,
      found: mailsText(tooFew ? sent : found, tooFew && sent.length > found.length, run),
      deciding: deciding(),
    };

    /** Of mails too many the first one's evaluation, of too few the one that came nearest to one. */
    function deciding(): Mismatch["deciding"] {
      const first = tooFew ? undefined : found[0];
      const alarm =
        [...run.alarms.values()].find(({ alarm: { name } }) => name === first?.alarm) ??
        run.alarms.get(kind ?? "rate");
      if (alarm === undefined) return undefined;
      const at = first?.at ?? alarm.worstMinute(from, to);
      return { alarm: alarm.alarm, at, points: alarm.pointsAt(at) };
    }
  });
}

function mailsText(mails: readonly RehearsedMail[], isOther: boolean, { start }: CaseRun): string {
  if (mails.length === 0) return "no mail";
  const listed = mails
    .slice(0, LISTED)
    .map(({ at, to, subject }) => `${sinceText(at, start)} to ${to}: ${subject}`);
  const rest = mails.length - listed.length;
  const more = rest > 0 ? [`and ${String(rest)} more`] : [];
  const title = `${count(mails.length, "mail")}${isOther ? " in all" : ""}:`;
  return [title, ...listed, ...more].join("\n");
}
