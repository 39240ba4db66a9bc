import type { FakeAccount } from "../fakeAccount";
import { WireFault, type WireHandlers, type WireInput } from "../wire/wireServer";
import { eventPattern } from "./eventPattern";
import type { FakeLogGroup } from "./state";
import { nextToken, numberOf, pageOf, textOf, textsOf } from "./wireForm";

/** CloudWatch Logs' own limits (CloudWatch Logs API Reference). */
const MAX_EVENTS = 10_000;
const MAX_LISTED = 50;
const MAX_TESTED = 50;

/** CloudWatch Logs. */
export function logsCalls(account: FakeAccount): WireHandlers {
  return {
    "logs:DescribeLogGroups": (input) => {
      const prefix = textOf(input, "logGroupNamePrefix") ?? "";
      const part = textOf(input, "logGroupNamePattern") ?? "";
      const found = [...account.logGroups.values()]
        .filter(({ name }) => name.startsWith(prefix) && name.includes(part))
        .sort((a, b) => (a.name < b.name ? -1 : 1));
      const page = pageOf(found, listed(input), textOf(input, "nextToken"), badToken());
      return {
        logGroups: page.items.map((group) => described(account, group)),
        ...nextToken("nextToken", page),
      };
    },

    "logs:DescribeMetricFilters": (input) => {
      const group = textOf(input, "logGroupName");
      if (group !== undefined) groupOf(account, group);
      const prefix = textOf(input, "filterNamePrefix") ?? "";
      const found = account.filters.filter(
        ({ logGroupName, filterName = "" }) =>
          (group === undefined || logGroupName === group) && filterName.startsWith(prefix),
      );
      const page = pageOf(found, listed(input), textOf(input, "nextToken"), badToken());
      return { metricFilters: page.items, ...nextToken("nextToken", page) };
    },

    "logs:DescribeQueryDefinitions": () => ({
      queryDefinitions: Array.from({ length: account.savedQueries }, (_, index) => ({
        name: `query ${index}`,
      })),
    }),

    "logs:FilterLogEvents": (input) => {
      const identifier = textOf(input, "logGroupIdentifier")?.replace(/^.*:log-group:|:\*$/g, "");
      const name = textOf(input, "logGroupName") ?? identifier ?? "";
      groupOf(account, name);
      const [from, to] = [numberOf(input, "startTime") ?? 0, numberOf(input, "endTime")];
      const matches = eventPattern(textOf(input, "filterPattern") ?? "");
      const found = (account.events.get(name) ?? [])
        .filter(({ timestamp }) => timestamp >= from && timestamp <= (to ?? Infinity))
        .filter(({ message }) => matches(message))
        .map((event, index) => ({
          ...event,
          logStreamName: "stream",
          ingestionTime: event.timestamp,
          eventId: `${event.timestamp}-${index}`,
        }))
        .sort((a, b) => a.timestamp - b.timestamp);
      if (input["startFromHead"] === false) found.reverse();
      return eventPage(account, found, input);
    },

    "logs:TestMetricFilter": (input) => {
      const messages = textsOf(input, "logEventMessages") ?? [];
      if (messages.length < 1 || messages.length > MAX_TESTED) {
        throw new WireFault(
          "InvalidParameterException",
          `logEventMessages: expected 1 to ${MAX_TESTED}, found ${messages.length}`,
        );
      }
      const matches = eventPattern(textOf(input, "filterPattern") ?? "");
      return {
        matches: messages.flatMap((eventMessage, index) =>
          matches(eventMessage)
            ? [{ eventNumber: index + 1, eventMessage, extractedValues: {} }]
            : [],
        ),
      };
    },
  };
}

/** A page may be empty though more follow (CloudWatch Logs API Reference, FilterLogEvents): the first one is. */
function eventPage(account: FakeAccount, found: readonly object[], input: WireInput): object {
  const token = textOf(input, "nextToken");
  if (token === undefined && account.firstEventPageEmpty)
    return { events: [], nextToken: "page-0" };
  const size = Math.min(numberOf(input, "limit") ?? MAX_EVENTS, account.eventsPerPage);
  const page = pageOf(found, size, token, badToken());
  return { events: page.items, searchedLogStreams: [], ...nextToken("nextToken", page) };
}

function described(account: FakeAccount, group: FakeLogGroup): object {
  const arn = `arn:aws:logs:${account.region}:${account.accountId}:log-group:${group.name}`;
  return {
    logGroupName: group.name,
    logGroupClass: group.class,
    storedBytes: group.storedBytes,
    ...(group.retention !== undefined && { retentionInDays: group.retention }),
    metricFilterCount: account.filters.filter(({ logGroupName }) => logGroupName === group.name)
      .length,
    creationTime: 0,
    arn: `${arn}:*`,
    logGroupArn: arn,
  };
}

function groupOf(account: FakeAccount, name: string): FakeLogGroup {
  const group = account.logGroups.get(name);
  if (group !== undefined) return group;
  throw new WireFault("ResourceNotFoundException", "The specified log group does not exist.");
}

function listed(input: WireInput): number {
  return numberOf(input, "limit") ?? MAX_LISTED;
}

function badToken(): WireFault {
  return new WireFault("InvalidParameterException", "The specified nextToken is invalid.");
}
