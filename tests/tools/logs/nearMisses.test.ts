import assert from "node:assert/strict";
import { type PredictionFields, predictionPatterns } from "../../../components/cloudwatch/patterns";
import { LogGroupIntake } from "../../../tools/logs/logGroupIntake";
import type { NearMissKind } from "../../../tools/logs/nearMisses";
import type { MetricFilter } from "../../../tools/simulator/metricFilter";
import { AT, filter, modelFilters } from "./logs";

function nearMisses(
  messages: readonly string[],
  filters: readonly MetricFilter[] = modelFilters(),
) {
  const intake = new LogGroupIntake(filters);
  for (const message of messages) intake.add(AT, message);
  return intake.nearMisses();
}

/** The one near miss of a message. */
function nearMiss(message: string, filters?: readonly MetricFilter[]) {
  const [found, ...others] = nearMisses([message], filters);
  assert.deepEqual(others, []);
  assert.ok(found !== undefined, `no near miss: ${message}`);
  return found;
}

const json = JSON.stringify;
const SCORE = { field: ["probability"], valid: { operator: ">=", bound: 0.8 } } as const;
const TEXT = { logFormat: "text" } as const;

/** The filters that a model's settings declare. */
function filtersOf(settings: Partial<PredictionFields>) {
  const fields = { field: ["prediction_valid"], where: [], ...settings };
  const { valid, total } = predictionPatterns(fields);
  return [filter("valid", valid), filter("total", total)];
}

const WHERE = ' && $.model = "churn"';

describe("near misses", () => {
  it("name the setting under which the lines count as they are", () => {
    const named = (message: string, filters?: readonly MetricFilter[]) =>
      /Or leave the logger as it is and set (.*)$/.exec(nearMiss(message, filters).advice)?.[1];
    for (const line of [
      'INFO {"prediction_valid": true}',
      "{'prediction_valid': False}",
      "prediction_valid=True in 3 ms",
      json({ log: '{"prediction_valid":true}' }),
      '{"prediction_valid": true, "score": NaN}',
    ]) {
      assert.equal(named(line), "logFormat: text", line);
    }
    assert.equal(named('{"prediction_valid": "False"}'), 'valid: "True"');
    assert.equal(named('{"prediction_valid": "np.True_"}'), 'valid: "np.True_"');
    assert.equal(named('{"prediction_valid": 0}'), "valid: 1");
    // Other settings help with these, or none does.
    for (const line of [
      json({ result: { prediction_valid: true } }),
      '{"prediction_valid": [true, false]}',
      "{'prediction_valid': np.True_}",
      '{"prediction_valid": true}\n{"prediction_valid": false}',
    ]) {
      assert.equal(named(line), undefined, line);
    }
    // A regular expression takes no further conditions.
    const conditions = modelFilters(undefined, WHERE);
    assert.equal(
      named(`INFO ${json({ prediction_valid: true, model: "churn" })}`, conditions),
      undefined,
    );
  });

  const cases: readonly [title: string, NearMissKind, message: string, advice: RegExp][] = [
    [
      "Lambda's text format",
      "prefixed",
      '[INFO]\t2026-11-22T06:52:24.000Z\t8f3e\t{"prediction_valid": true}',
      /^Text stands before the JSON.*print\(json\.dumps\(\.\.\.\)\) instead of logger\.info/,
    ],
    [
      "a prefix with braces of its own",
      "prefixed",
      'done {request 12} {"prediction_valid": true}',
      /^Text stands before/,
    ],
    [
      "a worker of TorchServe or multi-model-server",
      "prefixed",
      '2019-11-11 16:30:48,040 [INFO ] W-9031-model-stdout com.amazonaws.ml.mms.wlm.WorkerLifeCycle - {"prediction_valid": true}',
      /model server .*everything that your code prints.*"\/proc\/1\/fd\/1"/,
    ],
    [
      "a line of a Kubernetes node",
      "prefixed",
      '2026-09-16T08:00:00.123456789Z stdout F {"prediction_valid": true}',
      /Kubernetes node .*parser cri/,
    ],
    [
      "text behind the JSON",
      "prefixed",
      '{"prediction_valid":true} in 3 ms',
      /^Text stands behind/,
    ],
    [
      "Lambda's JSON format with json.dumps",
      "json-in-string",
      json({ level: "INFO", message: json({ prediction_valid: true }), requestId: "8f3e" }),
      /text of the property message,.*extra=\{"prediction_valid": \.\.\.\}.*field: message\.prediction_valid\nOr leave the logger as it is and set logFormat: text$/,
    ],
    [
      "a container's line as Fluent Bit sends it",
      "json-in-string",
      json({ log: '{"prediction_valid":true}\n', stream: "stdout" }),
      /text of the property log,.*Merge_Log On/,
    ],
    [
      "a container's line as FireLens sends it",
      "json-in-string",
      json({ log: '{"prediction_valid": true}', container_name: "m", ecs_cluster: "c" }),
      /FireLens sends it so.*parse-json\.conf/,
    ],
    [
      "escaped quotes",
      "json-in-string",
      '{\\"prediction_valid\\": true}',
      /^The quotes of the JSON are escaped/,
    ],
    [
      "escaped quotes behind a prefix",
      "json-in-string",
      'INFO "{\\"prediction_valid\\":true}"',
      /escaped .*\nThen: Text stands before/s,
    ],
    [
      "JSON encoded twice",
      "json-in-string",
      json(json({ prediction_valid: false })),
      /^The event is a JSON string.*drop one json\.dumps/,
    ],
    [
      "a text instead of a boolean",
      "text-boolean",
      '{"prediction_valid":"True"}',
      /^prediction_valid is the text "True", not a JSON boolean\. .*without quotes/,
    ],
    [
      "a number instead of a boolean",
      "number-boolean",
      '{"prediction_valid":0}',
      /^prediction_valid is the number 0, .*bool\(\.\.\.\)/,
    ],
    ["null", "null", '{"prediction_valid":null}', /^prediction_valid is null/],
    ["a probability", "other-type", '{"prediction_valid":0.97}', /is a number, .*cut-off/],
    ["an object", "other-type", '{"prediction_valid":{"value":true}}', /is an object, /],
    ["an array", "other-type", '{"prediction_valid":[0.9, "a"]}', /is an array, /],
    [
      "a batch as an array",
      "in-array",
      '{"prediction_valid": [true, false, true]}',
      /is an array, of a batch's predictions, .*one event for each prediction/,
    ],
    [
      "a metric of the embedded metric format",
      "other-type",
      '{"_aws":{"Timestamp":1,"CloudWatchMetrics":[]},"prediction_valid":[1.0, 0.5]}',
      /embedded metric format .*set_property\("prediction_valid", ok\)/,
    ],
    ["another text", "other-type", '{"prediction_valid":"ok"}', /is a text, /],
    [
      "camel case",
      "other-case",
      '{"predictionValid":true}',
      /^The property is written predictionValid, .* Write field: predictionValid, or log it as prediction_valid$/,
    ],
    ["capitals", "other-case", '{"Prediction_Valid":false}', /Write field: Prediction_Valid, /],
    ["hyphens", "other-case", '{"prediction-valid":false}', /Write field: prediction-valid, /],
    [
      "another path",
      "nested",
      '{"result":{"prediction_valid":true}}',
      /stands at result\.prediction_valid\. Write field: result\.prediction_valid, or log it at prediction_valid$/,
    ],
    [
      "a flattened path",
      "nested",
      '{"result.prediction_valid": true}',
      /Write field: \['result\.prediction_valid'\],/,
    ],
    [
      "another path with a period in its name",
      "nested",
      '{"ml.result":{"prediction_valid":true}}',
      /Write field: \['ml\.result'\]\.prediction_valid,/,
    ],
    [
      "several predictions in one event",
      "in-array",
      '{"predictions":[{"prediction_valid":true},{"prediction_valid":false}]}',
      /^predictions\[0\]\.prediction_valid is in an array.*one event for each prediction/,
    ],
    [
      "an array of predictions",
      "in-array",
      '[{"prediction_valid":true}]',
      /^The event is an array/,
    ],
    [
      "a printed dict",
      "python-repr",
      "{'prediction_valid': True, 'labels': ('a', \"it's\"), 'score': None}",
      /^This is a dict as Python prints it.*print\(json\.dumps\(prediction\)\)/,
    ],
    [
      "a printed dict behind a prefix",
      "python-repr",
      "[INFO]\t{'prediction_valid': True}",
      /^This is a dict as Python prints it/,
    ],
    [
      "a printed dict with NumPy's values",
      "python-repr",
      "{'prediction_valid': np.True_, 'prediction_valid': True, 'p': np.float64(0.9)}",
      /^This is a dict as Python prints it/,
    ],
    [
      "a printed dict with a library's boolean",
      "python-repr",
      "{'prediction_valid': np.True_}",
      /bool\(\.\.\.\) around the boolean .*: True_/,
    ],
    [
      "a printed dict with a tensor",
      "python-repr",
      "{'p': tensor([0.1, 0.9]), 'prediction_valid': tensor(True, device='cuda:0')}",
      /bool\(\.\.\.\) around the boolean .*tensor\(True/,
    ],
    [
      "a printed dict with an array of JAX",
      "python-repr",
      "{'prediction_valid': Array(False, dtype=bool), 'at': datetime.datetime(2026, 3, 2, 9, 30)}",
      /bool\(\.\.\.\) around/,
    ],
    [
      "a tensor of TensorFlow",
      "python-repr",
      "{'prediction_valid': <tf.Tensor: shape=(), dtype=bool, numpy=True>}",
      /bool\(\.\.\.\) around/,
    ],
    [
      "a dict given to a logger that writes JSON",
      "python-repr",
      json({ level: "INFO", message: "{'prediction_valid': False}" }),
      /^This is a dict as Python prints it/,
    ],
    [
      "text in a JSON event",
      "text",
      '{"message":"prediction_valid=true"}',
      /^This is text, not JSON/,
    ],
    ["NaN", "broken-json", '{"prediction_valid": true, "p": NaN}', /NaN and Infinity are not JSON/],
    [
      "pretty-printed JSON",
      "broken-json",
      '  "prediction_valid": true,',
      /several lines.*without indent/,
    ],
    ["JSON cut off", "broken-json", '{"prediction_valid": true, "p": 0.', /^The JSON is cut off/],
    ["a comma too many", "broken-json", '{"prediction_valid": true,}', /looks like JSON/],
    ...["None", "NaN", "undefined"].map((word): [string, NearMissKind, string, RegExp] => [
      `${word} for a value`,
      "broken-json",
      `{"prediction_valid": ${word}}`,
      new RegExp(`^The field's value is ${word}, which is not JSON.*Log a value that counts`),
    ]),
    [
      "quotes as in HTML",
      "broken-json",
      "{&quot;prediction_valid&quot;: true}",
      /^The quotes of the JSON are written as in HTML.*past the template/,
    ],
    [
      "typographic quotes",
      "broken-json",
      "{\u201cprediction_valid\u201d: true}",
      /^Typographic quotes .*Let json\.dumps/,
    ],
    [
      "an OrderedDict",
      "python-repr",
      "OrderedDict([('prediction_valid', True)])",
      /^This is a dict as Python prints it/,
    ],
    [
      "a tuple in double quotes",
      "python-repr",
      'OrderedDict([("prediction_valid", True)])',
      /^This is a dict as Python prints it/,
    ],
    ["a hash of Ruby's", "text", "{'prediction_valid' => true}", /^This is text, not JSON/],
    ...["=> true", "-> true", "is true", "true", "== True", "| true", "=> None"].map(
      (rest): [string, NearMissKind, string, RegExp] => [
        `text with ${rest}`,
        "text",
        `INFO prediction_valid ${rest}`,
        /^This is text, not JSON/,
      ],
    ),
    ...["result/prediction_valid", "result_prediction_valid"].map(
      (name): [string, NearMissKind, string, RegExp] => [
        `flattened as ${name}`,
        "nested",
        `{"${name}": true}`,
        /^The property stands at .*result.prediction_valid.* Write field: /,
      ],
    ),
    [
      "two objects in one event",
      "several-objects",
      '{"prediction_valid": true} {"prediction_valid": false}',
      /^Several JSON objects stand in one event.* one event for each prediction/,
    ],
    [
      "what structlog prints",
      "text",
      "prediction prediction_valid=True",
      /^This is text, not JSON.*JSON renderer/,
    ],
    [
      "NumPy's boolean in text",
      "text",
      "INFO prediction_valid=np.True_ p=0.9",
      /^This is text, not JSON/,
    ],
    [
      "key and value",
      "text",
      "prediction_valid=true label=3",
      /one JSON object a line.*\{"prediction_valid": true\}/,
    ],
  ];
  for (const [title, kind, message, advice] of cases) {
    it(`${kind}: ${title}`, () => {
      const found = nearMiss(message);
      assert.equal(found.kind, kind);
      assert.match(found.advice, advice);
      assert.equal(found.count, 1);
      assert.equal(found.example, message.replaceAll("\t", "\\t"));
    });
  }

  const others: readonly [
    settings: Partial<PredictionFields>,
    line: string,
    kind: NearMissKind,
    advice: RegExp,
  ][] = [
    [SCORE, '{"probability": "0.83"}', "text-number", /the text "0\.83".*float\(\.\.\.\)/],
    [
      SCORE,
      '{"probability": "83 %"}',
      "text-number",
      /the text "83 %", and text is never compared/,
    ],
    [SCORE, '{"probability": NaN}', "broken-json", /^The field.s value is NaN, which is not JSON/],
    [SCORE, '{"probability": "nan"}', "other-type", /is a text, which these .* Log a number/],
    [SCORE, '{"probability": null}', "null", /counts as no prediction\. Log a number, or leave/],
    [SCORE, '{"probability": true}', "boolean", /true, a JSON boolean.*set valid: true$/s],
    [SCORE, '{"probability": [0.9, 0.1]}', "in-array", /one event for each prediction/],
    [SCORE, "probability=0.83 label=3", "text", /such as \{"probability": 0\.8\}/],
    [SCORE, "{'probability': np.float32(0.83)}", "python-repr", /^This is a dict as Python prints/],
    [
      SCORE,
      '{"result":{"probability":"0.83"}}',
      "nested",
      /result\.probability.*\nThen: .*"0\.83"/s,
    ],
    [
      { valid: "True" },
      '{"prediction_valid": true}',
      "boolean",
      /such as "True"\.\n.*valid: true$/,
    ],
    [{ valid: "True" }, '{"prediction_valid": null}', "null", /Log a number or a text, or leave/],
    [{ valid: "True" }, "prediction_valid=False", "text", /set logFormat: text$/],
    [{ valid: 1 }, '{"prediction_valid": false}', "boolean", /set valid: true$/],
    [{ valid: 1 }, 'INFO {"prediction_valid": 0}', "prefixed", /logFormat: text and valid: "1"$/],
    [TEXT, "prediction_valid=1 label=3", "number-boolean", /stands 1, .*set valid: "1" beside it$/],
    [TEXT, '{"prediction_valid": "FALSE"}', "text-boolean", /stands FALSE, .*set valid: "TRUE"/],
    [TEXT, "prediction_valid=None", "null", /counts as no prediction/],
    [TEXT, "prediction_valid=np.True_", "text-boolean", /stands np\.True_, .*bool\(\.\.\.\)/],
    [TEXT, "predictionValid: true", "other-case", /Write field: predictionValid, or log/],
    [TEXT, "prediction valid: true", "other-case", /letter\. Log it as prediction_valid$/],
    [TEXT, "prediction_valid is true", "text", /stands "is", .*prediction_valid=true$/],
    [TEXT, "prediction_valid=tr\u001b[0mue", "prefixed", /^Colour codes .*NO_COLOR/],
    [TEXT, "prediction\u001b[36m_valid=true", "prefixed", /^Colour codes .*NO_COLOR/],
    [{ ...TEXT, valid: "ok" }, "Prediction_Valid=ok", "other-case", /field: Prediction_Valid/],
  ];
  for (const [settings, line, kind, advice] of others) {
    it(`under ${json(settings)}: ${line}`, () => {
      const found = nearMiss(line, filtersOf(settings));
      assert.equal(found.kind, kind);
      assert.match(found.advice, advice);
    });
  }

  it("under other settings leave alone what counts, and what says nothing", () => {
    const lines: readonly [Partial<PredictionFields>, string][] = [
      [SCORE, '{"probability": 0.1}'],
      [SCORE, '{"message": "probability: high"}'],
      [{ valid: "True" }, '{"prediction_valid": "np.False_"}'],
      [{ valid: "True" }, "prediction_valid: loaded"],
      [TEXT, "prediction_valid=False"],
      [{}, "prediction_valid loaded"],
      [{}, '{"count_prediction_valid": 3}'],
      [{ field: ["valid"] }, '{"session_valid": true}'],
      [TEXT, "loaded prediction_valid column"],
      [TEXT, '{"columns":["prediction_valid"]}'],
      [{ ...TEXT, valid: "ok" }, "prediction_valid=failed"],
    ];
    for (const [settings, line] of lines) {
      assert.deepEqual(nearMisses([line], filtersOf(settings)), [], line);
    }
  });

  it("tells of scores that look like percent, where the cut-off is none", () => {
    const notesOf = (settings: Partial<PredictionFields>) => {
      const intake = new LogGroupIntake(filtersOf(settings));
      for (const score of [83, 0.5, 99]) intake.add(AT, json({ probability: score }));
      const joined = new LogGroupIntake(filtersOf(settings));
      joined.addPart(intake.part() ?? assert.fail());
      assert.deepEqual(joined.notes(), intake.notes());
      return intake.notes();
    };
    assert.deepEqual(notesOf(SCORE), [
      "2 events of the log group have a probability above 1, while the cut-off is 0.8: if it is logged in percent, the cut-off has to be 80",
    ]);
    assert.deepEqual(notesOf({ ...SCORE, valid: { operator: ">=", bound: 80 } }), []);
  });

  it("finds what nobody sees: colours, and a byte order mark", () => {
    const coloured = nearMiss("\u001b[36mprediction_valid\u001b[0m=\u001b[35mTrue\u001b[0m");
    assert.deepEqual([coloured.kind, coloured.example.slice(0, 9)], ["text", "\\u001b[36"]);
    const whole = nearMiss('\u001b[32m{"prediction_valid": true}\u001b[0m');
    assert.match(whole.advice, /^Colour codes .*NO_COLOR/);
    const marked = nearMiss('\ufeff{"prediction_valid": true}');
    assert.match(marked.advice, /^An invisible character .*U\+FEFF, a byte order mark/);
    assert.equal(marked.kind, "prefixed");
    const filters = modelFilters("$.result.prediction_valid");
    assert.equal(nearMiss('{"result.prediction_valid": true}', filters).kind, "nested");
  });

  it("names everything that is in the way, the outermost first", () => {
    const found = nearMiss(json({ level: "INFO", message: json({ predictionValid: "true" }) }));
    assert.equal(found.kind, "json-in-string");
    assert.match(
      found.advice,
      /^The JSON is the text.*\nThen: .*predictionValid.*\nThen: .*text "true"/s,
    );
    assert.match(
      nearMiss('INFO {"prediction_valid":1}').advice,
      /^Text stands.*\nThen: .*number 1/s,
    );
    assert.match(
      nearMiss('{"r":{"prediction_valid":1}}').advice,
      /^The property stands at r\..*\nThen: .*number 1/s,
    );
  });

  it("finds a field that belongs at a nested path", () => {
    const filters = modelFilters("$.result.prediction_valid");
    assert.match(
      nearMiss('{"prediction_valid":true}', filters).advice,
      /Write field: prediction_valid, or log it at result\.prediction_valid$/,
    );
    assert.equal(nearMiss('{"result":{"prediction_valid":"true"}}', filters).kind, "text-boolean");
    assert.equal(nearMiss('{"result":{"predictionValid":true}}', filters).kind, "other-case");
    assert.deepEqual(nearMisses(['{"result":{"prediction_valid":true}}'], filters), []);
  });

  it("leaves lines alone that have nothing to do with it", () => {
    const lines = [
      "START RequestId: 8f3e Version: $LATEST",
      "loaded prediction_valid column",
      '{"level":"INFO","message":"prediction_valid is logged below"}',
      '{"columns":["prediction_valid"]}',
      '{"invalid":true}',
      "{}",
      "",
    ];
    assert.deepEqual(nearMisses(lines), []);
  });

  it("leaves other models' lines of the same log group alone, however they are written", () => {
    const others = [
      '{"prediction_valid":true,"model":"fraud"}',
      '{"prediction_valid":true}',
      '[INFO]\t{"prediction_valid":true,"model":"fraud"}',
      '{"prediction_valid":"true","model":"fraud"}',
      '{"result":{"prediction_valid":true},"model":"fraud"}',
      "{'prediction_valid': True, 'model': 'fraud'}",
    ];
    assert.deepEqual(nearMisses(others, modelFilters("$.prediction_valid", WHERE)), []);
  });

  it("finds this model's among them, and says where its conditions are", () => {
    const filters = modelFilters("$.prediction_valid", WHERE);
    const own = [
      '[INFO]\t{"prediction_valid":true,"model":"churn"}',
      '{"prediction_valid":"true","model":"churn"}',
      '{"result":{"prediction_valid":true},"model":"churn"}',
      json({ message: '{"prediction_valid":true}', model: "churn" }),
    ];
    assert.deepEqual(
      own.map((message) => nearMiss(message, filters).kind),
      ["prefixed", "text-boolean", "nested", "json-in-string"],
    );
    const beside = nearMiss('{"result":{"prediction_valid":true,"model":"churn"}}', filters);
    assert.match(
      beside.advice,
      /field: result\.prediction_valid, the paths under where: likewise \(result\. \.\.\.\)/,
    );
  });

  it("works for any program's filters", () => {
    const errors = [filter("errors", '{ $.level = "ERROR" }')];
    assert.equal(nearMiss('12:00 {"level":"ERROR"}', errors).kind, "prefixed");
    assert.equal(nearMiss('{"Level":"ERROR"}', errors).kind, "other-case");
    assert.equal(nearMiss('{"log":{"level":"ERROR"}}', errors).kind, "nested");
    assert.deepEqual(nearMisses(['{"level":"INFO"}', '12:00 {"level":"INFO"}'], errors), []);
    const slow = [filter("slow", "{ $.took > 100 }")];
    assert.equal(nearMiss('x {"took":101}', slow).kind, "prefixed");
    assert.deepEqual(nearMisses(['x {"took":99}', "took: 101"], slow), []);
    assert.deepEqual(nearMisses(["took"], [filter("any", "{ $.* = * }"), filter("all", "")]), []);
  });

  it("counts by what is to be changed, the most frequent first", () => {
    const found = nearMisses([
      '{"prediction_valid":"true"}',
      ...Array.from({ length: 3 }, (_, index) => `[INFO]\t{"prediction_valid":true,"n":${index}}`),
    ]);
    assert.deepEqual(
      found.map(({ kind, count, example }) => [kind, count, example]),
      [
        ["prefixed", 3, '[INFO]\\t{"prediction_valid":true,"n":0}'],
        ["text-boolean", 1, '{"prediction_valid":"true"}'],
      ],
    );
  });

  it("shows an example short, around the name, and without control characters", () => {
    const message = `${"x".repeat(500)}\u001b]0;\u0007{"prediction_valid":true,"y":"${"y".repeat(500)}"}`;
    const { example } = nearMiss(message);
    assert.match(example, /^…x+\\u001b\]0;\\u0007\{"prediction_valid":true,.*y…$/);
    assert.ok(example.length < 240);
  });

  it("stays bounded, whatever the log says", () => {
    const intake = new LogGroupIntake(modelFilters());
    const deep = '{"a":'.repeat(3000) + '{"prediction_valid":true}' + "}".repeat(3000);
    const many = json({ list: Array.from({ length: 5000 }, () => ({ x: "prediction_valid: {" })) });
    const braces = `prediction_valid ${"{".repeat(20_000)}${"}".repeat(20_000)}`;
    const quotes = `{'prediction_valid': ${"'\\".repeat(20_000)}}`;
    let wrapped = '{"prediction_valid":true}';
    for (let layer = 0; layer < 6; layer += 1) wrapped = json({ message: wrapped });
    for (const message of [deep, many, braces, quotes, wrapped]) intake.add(AT, message);
    for (let index = 0; index < 3000; index += 1) {
      intake.add(AT, `{"path${index}":{"prediction_valid":true}}`);
    }
    const found = intake.nearMisses();
    assert.ok(found.length <= 50);
    assert.equal(
      found.reduce((sum, { count }) => sum + count, 0),
      3000,
    );
  });
});
