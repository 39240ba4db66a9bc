// Preloaded: prints the process's peak memory in MB when it ends.
process.on("exit", () => {
  process.stderr.write(`peak ${(process.resourceUsage().maxRSS / 1024).toFixed(0)}\n`);
});
