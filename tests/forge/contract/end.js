// What this is loaded into ends with whoever started it: when its standard input ends.
"use strict";
process.stdin.on("end", () => process.exit(0)).resume();
