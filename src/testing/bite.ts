import { DEFENCES } from "./bite/defences.ts";
import { openWorkshop } from "./bite/workshop.ts";

const USAGE = `npm run bite               takes out each defence, one at a time, and shows that a test fails
npm run bite -- <words>    only those whose names hold these words`;

/** Prints a table line a defence; gives whether every one was missed by some test. */
async function bite(words: string): Promise<boolean> {
  const chosen = DEFENCES.filter(({ name }) => name.includes(words));
  if (chosen.length === 0) throw new Error(`No defence is called "${words}".\n\n${USAGE}`);
  const workshop = await openWorkshop();
  try {
    const tests = [...new Set(chosen.flatMap((defence) => defence.tests))];
    console.error(`With all defences in place: ${tests.length} test files …`);
    const whole = await workshop.run(tests);
    if (whole.failed > 0 || whole.passed === 0) {
      console.error(whole.output);
      throw new Error("The tests fail with every defence in place: nothing can be told from them.");
    }
    console.error(`${whole.passed} tests pass (${whole.seconds.toFixed(0)} s).\n`);
    console.log("| defence taken out | tests that fail |\n| --- | --- |");
    let isAllMissed = true;
    for (const [index, defence] of chosen.entries()) {
      console.error(`${index + 1} of ${chosen.length}: ${defence.name} …`);
      const { failed, passed, seconds } = await workshop.without(defence);
      if (failed + passed === 0) throw new Error(`Without it nothing starts: ${defence.name}`);
      const isMissed = failed > 0;
      isAllMissed &&= isMissed;
      const told = isMissed ? `${failed} of ${failed + passed}` : "**none**";
      console.log(`| ${defence.name} | ${told} |`);
      console.error(`   ${isMissed ? "missed" : "NOT MISSED"} (${seconds.toFixed(0)} s)`);
    }
    return isAllMissed;
  } finally {
    await workshop.clear();
  }
}

try {
  if (!(await bite(process.argv.slice(2).join(" ")))) process.exitCode = 1;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
