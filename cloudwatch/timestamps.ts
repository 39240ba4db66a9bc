/** Milliseconds in a minute: this model counts time in whole minutes since 1970 (UTC). */
const MINUTE = 60_000;

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];

function iso(minute: number): string {
  return new Date(minute * MINUTE).toISOString();
}

/** As data points are dated in a state reason: `27/09/21 01:36:00` (day/month/year, UTC). */
export function reasonDate(minute: number): string {
  const [date, time] = [iso(minute).slice(2, 10), iso(minute).slice(11, 19)];
  return `${date.split("-").reverse().join("/")} ${time}`;
}

/** As in StateReasonData: `2021-09-27T01:36:00.000+0000`. */
export function reasonDataDate(minute: number): string {
  return iso(minute).replace("Z", "+0000");
}

/** As in an alarm's e-mail: `Monday 27 September, 2021 01:36:00 UTC`. */
export function mailDate(minute: number): string {
  const date = new Date(minute * MINUTE);
  const day = String(date.getUTCDate()).padStart(2, "0");
  const weekday = WEEKDAYS[date.getUTCDay()] ?? "";
  const month = MONTHS[date.getUTCMonth()] ?? "";
  return `${weekday} ${day} ${month}, ${String(date.getUTCFullYear())} ${iso(minute).slice(11, 19)} UTC`;
}
