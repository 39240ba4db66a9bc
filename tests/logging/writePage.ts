import { writeFileSync } from "node:fs";
import { PAGE, pageWith } from "./page";
import { loggedWays } from "./ways";

writeFileSync(PAGE, pageWith(loggedWays()));
