import assert from "node:assert/strict";
import { deflateSync, gzipSync } from "node:zlib";
import { AT, failure, PREDICTION, read } from "./logs";

// Logs in the forms in which AWS and common tools hand them out.

const ISO = "2026-11-22T06:52:24.000Z";
const quoted = `"${PREDICTION.replaceAll('"', '""')}"`;
const record = (messageType: string, ...messages: readonly string[]): string =>
  JSON.stringify({
    messageType,
    owner: "123456789012",
    logGroup: "/models/churn",
    logStream: "s",
    subscriptionFilters: ["f"],
    logEvents: messages.map((message, index) => ({ id: String(index), timestamp: AT, message })),
  });

describe("logs as AWS hands them out", () => {
  const cases: readonly [title: string, content: string | Buffer, messages: readonly string[]][] = [
    [
      "the console's CSV",
      `timestamp,message\n${AT},${quoted}\n${AT},START\n`,
      [PREDICTION, "START"],
    ],
    [
      "the console's CSV of Logs Insights, an event on two lines",
      `@timestamp,@message,@logStream\r\n2026-11-22 06:52:24.000,"a ""b""\nc",s\r\n2026-11-22 06:52:24.000,${quoted},s`,
      ['a "b"\nc', PREDICTION],
    ],
    [
      "the console's JSON of Logs Insights",
      JSON.stringify(
        [{ "@timestamp": "2026-11-22 06:52:24.000", "@message": PREDICTION }],
        null,
        2,
      ),
      [PREDICTION],
    ],
    [
      "the console's JSON with the message parsed",
      JSON.stringify([
        { "@timestamp": "2026-11-22 06:52:24.000", "@message": { prediction_valid: true } },
      ]),
      [PREDICTION],
    ],
    [
      "aws logs get-query-results",
      JSON.stringify(
        {
          queryLanguage: "CWLI",
          results: [
            [
              { field: "@timestamp", value: "2026-11-22 06:52:24.000" },
              { field: "@message", value: PREDICTION },
              { field: "@ptr", value: "CmEK" },
            ],
          ],
          statistics: { recordsMatched: 1.0 },
          status: "Complete",
        },
        null,
        4,
      ),
      [PREDICTION],
    ],
    [
      "results alone, on one line",
      `[[{"field":"@message","value":"m"},{"field":"@timestamp","value":"${ISO}"}]]`,
      ["m"],
    ],
    [
      "results whose cells begin with the value",
      `[[{"value":"m","field":"@message"},{"value":"${ISO}","field":"@timestamp"}]]`,
      ["m"],
    ],
    [
      "Logs Insights' rows, one a line",
      `{"@timestamp":"${ISO}","@message":"m"}\n{"@message":"n","@timestamp":"${ISO}"}\n`,
      ["m", "n"],
    ],
    [
      "aws logs tail",
      `2026-11-22T06:52:24.000000+00:00 2026/11/22/[$LATEST]4c8e ${PREDICTION}\n2026-11-22T06:52:24+00:00 s START\n`,
      [PREDICTION, "START"],
    ],
    [
      "aws logs tail --format json",
      `2026-11-22T06:52:24.000000+00:00 s \n{\n    "prediction_valid": true\n}\n2026-11-22T06:52:24.000000+00:00 s START\n`,
      ['\n{\n    "prediction_valid": true\n}', "START"],
    ],
    ["aws logs tail --format short", `2026-11-22T06:52:24 ${PREDICTION}\n`, [PREDICTION]],
    [
      "an SDK's page",
      JSON.stringify({
        $metadata: { httpStatusCode: 200, attempts: 1 },
        events: [{ logStreamName: "s", timestamp: AT, message: PREDICTION }],
        searchedLogStreams: [],
      }),
      [PREDICTION],
    ],
    ["a subscription's record", record("DATA_MESSAGE", PREDICTION), [PREDICTION]],
    [
      "several records without anything between them, as Firehose writes them",
      record("CONTROL_MESSAGE", "CWL CONTROL MESSAGE: Checking health") +
        record("DATA_MESSAGE", "a", "b") +
        record("DATA_MESSAGE", PREDICTION),
      ["a", "b", PREDICTION],
    ],
    [
      "records, each a member of gzip's, packed once more",
      gzipSync(Buffer.concat(["a", "b"].map((one) => gzipSync(record("DATA_MESSAGE", one))))),
      ["a", "b"],
    ],
    ...["\u0000", "\u0000".repeat(70_000), "\n", "\r\n", "text behind it"].map(
      (behind): [string, Buffer, string[]] => [
        `gzip with ${JSON.stringify(behind.slice(0, 9))} behind it`,
        Buffer.concat([gzipSync(`${ISO} ${PREDICTION}\n`), Buffer.from(behind)]),
        [PREDICTION],
      ],
    ),
  ];
  for (const [title, content, messages] of cases) {
    it(`${title}, whatever the chunks`, async () => {
      for (const chunkBytes of [1, 7, 64, Infinity]) {
        const { events, summary } = await read(content, { chunkBytes });
        assert.deepEqual(
          events,
          messages.map((message) => [AT, message]),
        );
        assert.equal(summary.undated.count, 0);
      }
    });
  }
});

describe("logs that are no log events of CloudWatch's", () => {
  const cases: readonly [title: string, content: string | Buffer, advice: RegExp][] = [
    [
      "the AWS CLI's text output",
      `EVENTS\t3812\t1789545600900\tstream\t${PREDICTION}\t1789545600000\n`,
      /--output text.*\n.*--output json/,
    ],
    [
      "the AWS CLI's table",
      `${"-".repeat(40)}\n|  FilterLogEvents  |\n`,
      /--output table.*\n.*--output json/,
    ],
    ["the AWS CLI's YAML", "events:\n- eventId: '1'\n  message: m\n", /--output yaml/],
    [
      "a Kubernetes node's files",
      `2026-09-16T08:00:00.123456789Z stdout F ${PREDICTION}`,
      /Kubernetes node's own files/,
    ],
    [
      "awslogs with two times",
      `${ISO} 2026-11-22T06:52:25.000Z ${PREDICTION}\n`,
      /awslogs .* without --ingestion-time/s,
    ],
    ["awslogs with its columns", `/models/churn stream-1 ${ISO} ${PREDICTION}\n`, /--no-group/],
    [
      "a subscription's record as Lambda gets it",
      '{"awslogs": {"data": "H4sIAAAA"}}',
      /base64 -d \| gunzip/,
    ],
    ["Kinesis' records", '{"Records":[{"Data":"H4sIAAAA"}]}', /base64 -d \| gunzip/],
    ["what is packed, in base64", "H4sIAAAAAAAAAzWOTQ==\n", /base64 -d FILE \| gunzip/],
    ["YAML of pages", `- eventId: '1'\n  message: m\n`, /--output json/],
    ["coloured lines", `\u001b[32m${ISO}\u001b[0m stream m\n`, /--color off/],
    ["an S3 export's own test object", "Permission Check Successful", /FOLDER\/\*\*\/\*\.gz/],
    ["an error of AWS", '{"__type":"ResourceNotFoundException"}', /AWS answered.*an error/],
    ["another program's file", "SQLite format 3\u0000\u0001", /It is no text/],
  ];
  for (const [title, content, advice] of cases) {
    it(`${title}: says what it is, and what to do instead`, async () => {
      assert.match(await failure("unknown format", content), advice);
    });
  }

  it("archives: says which, and how to unpack them", async () => {
    const tar = Buffer.alloc(1024);
    tar.write("a.log");
    tar.write("ustar", 257);
    const archives: readonly [Buffer, RegExp][] = [
      [Buffer.from("PK\u0003\u0004rest"), /is a zip archive.*unzip -p FILE/],
      [Buffer.from("BZh91AY"), /packed with bzip2.*bunzip2 -c/],
      [Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00, 0x00]), /packed with xz.*xz -dc/],
      [Buffer.from("7z\u00bc\u00af\u0027\u001c", "latin1"), /is a 7z archive.*7z x -so/],
      [deflateSync("text"), /packed with zlib.*pigz -dc/],
      [tar, /is a tar archive.*tar -xOf/],
      [gzipSync(tar), /is a tar archive/],
    ];
    for (const [bytes, advice] of archives)
      assert.match(await failure("unreadable", bytes), advice);
  });

  it("gzip with much else behind it: says so", async () => {
    const bytes = Buffer.concat([gzipSync(`${ISO} m\n`), Buffer.from("text ".repeat(50))]);
    assert.match(await failure("damaged", bytes), /other bytes stand behind the gzip data; gunzip/);
  });

  it("an S3 export of lines that begin with a time of their own is one", async () => {
    const { events } = await read(`${ISO} 2026-11-22T06:52:23.990Z INFO m\n${ISO} x\n`);
    assert.deepEqual(events[0], [AT, "2026-11-22T06:52:23.990Z INFO m"]);
  });
});

describe("an application's own lines", () => {
  const line = (message: string, more = ""): string =>
    `{"timestamp":"${ISO}","message":"${message}"${more}}`;
  const own = `${line("model loaded")}\n${line("prediction", ',"prediction_valid":true')}`;

  it("are no envelopes where one has more properties", async () => {
    assert.match(await failure("unknown format", own), /add --time-field timestamp$/);
    const { events } = await read(own, { timeField: "timestamp" });
    assert.deepEqual(
      events.map(([, message]) => message),
      own.split("\n"),
    );
    const late = `${`${line("m")}\n`.repeat(60)}${line("prediction", ',"prediction_valid":true')}`;
    assert.match(
      await failure("time field", late),
      /line 61 has "prediction_valid" beside timestamp and message.*\n.*--time-field timestamp/,
    );
    const list = `[${own.replace("\n", ",")}]`;
    assert.match(await failure("time field", list), /line 1 has "prediction_valid" beside/);
    assert.match(
      await failure("time field", `[{"@message":"m","@level":"info","@timestamp":"${ISO}"}]`),
      /"@level"/,
    );
    const numbers = own.replaceAll(`"${ISO}"`, String(AT));
    assert.equal((await read(numbers, { timeField: "timestamp" })).events.length, 2);
  });

  it("may have their time in any property", async () => {
    const lines = [
      [`{"@timestamp":"${ISO}","prediction_valid":true}`, "@timestamp"],
      [`{"request_id":"1789455600","ts":"${ISO}","prediction_valid":true}`, "ts"],
      [`{"account":"987654321098","time":${AT},"prediction_valid":true}`, "time"],
      [`{"meta":{"at":"${ISO}"},"prediction_valid":true}`, "meta.at"],
    ] as const;
    for (const [text, timeField] of lines) {
      const message = await failure("unknown format", text);
      assert.ok(message.endsWith(`add --time-field ${timeField}`), message);
      assert.deepEqual((await read(text, { timeField })).events, [[AT, text]]);
    }
    const none = '{"request_id":"1789455600","account":"987654321098","prediction_valid":true}';
    assert.match(await failure("unknown format", none), /add --time-field with/);
  });

  it("may stand behind a banner, if their time is named", async () => {
    const banner = "Loading the model\n".repeat(60);
    const text = `{"time":"${ISO}","prediction_valid":true}`;
    const { events, summary } = await read(`${banner}${text}\n`, { timeField: "time" });
    assert.deepEqual(events, [[AT, text]]);
    assert.equal(summary.undated.count, 60);
    await failure("unknown format", banner, { timeField: "time" });
  });
});
