package io.natsproxy.benchmarks;

import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

import io.natsproxy.benchmarks.load.LoadGenerator;
import io.natsproxy.benchmarks.load.Workload;
import io.natsproxy.benchmarks.load.Workloads;

/**
 * The program. Progress goes to the standard error, the tables to the standard output.
 */
public final class Benchmarks {

	private static final PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);

	private static final PrintStream progress = new PrintStream(System.err, true, StandardCharsets.UTF_8);

	/**
	 * With less, what is measured is the compiler of the JVMs as well.
	 */
	private static final Duration WARM = Duration.ofMinutes(1);

	private static final String NOT_WARM = "\n\nThe warm-up was short: the JVMs are not warm, and the figures are rough.";

	private Benchmarks() {
	}

	/**
	 * Runs the benchmark.
	 * @param args the options, see {@code --help}
	 */
	public static void main(String[] args) {
		List<Workload> workloads = Workloads.all();
		List<String> names = workloads.stream().map(Workload::name).toList();
		int status = 0;
		try {
			Options options = Options.parse(names, args);
			if (options == null) {
				out.printf(Options.USAGE, String.join(",", names), String.join(",", Chain.OURS),
						String.join(",", Chain.DEFAULT));
			}
			else {
				run(options, workloads.stream().filter((each) -> options.workloads().contains(each.name())).toList());
			}
		}
		catch (InvalidOptionException | ChainFailedException ex) {
			progress.println(ex.getMessage());
			status = 1;
		}
		System.exit(status);
	}

	private static void run(Options options, List<Workload> workloads) {
		long begin = System.nanoTime();
		Installation installation = Installation.find();
		try (ProcessGroup processes = new ProcessGroup(installation.logs());
				LoadGenerator generator = new LoadGenerator()) {
			ChainStarter starter = new ChainStarter(options, installation, processes);
			progress.println("Starting");
			List<Chain> chains = starter.start();
			Benchmark benchmark = new Benchmark(options, chains, processes, generator, progress, begin);
			Report report = new Report(
					chains.stream().flatMap((chain) -> chain.processes().keySet().stream()).toList());
			try {
				for (int i = 0; i < workloads.size(); i++) {
					Workload workload = workloads.get(i);
					progress.println(workload.title());
					report.add(workload, benchmark.run(workload, workloads.size() - i - 1));
				}
			}
			finally {
				out.println(environment(options, starter.natsTitle()));
				out.println(report.text(chains));
			}
		}
	}

	private static String environment(Options options, String nats) {
		return System.getProperty("os.name") + ", " + Runtime.getRuntime().availableProcessors() + " processors, Java "
				+ Runtime.version() + " (" + String.join(" ", options.jvm()) + ")"
				+ (nats.isEmpty() ? "" : ", NATS: " + nats) + "; medians of up to " + options.rounds() + " rounds of "
				+ options.length().toMillis() / 1000.0
				+ " s, interleaved; µs are processor time per request, MiB, message or delivery; ratios to "
				+ Chain.BASELINE + ((options.firstWarmUp().compareTo(WARM) < 0) ? NOT_WARM : "") + "\n";
	}

}
