package io.natsproxy.benchmarks;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
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
		if (options.network().kind() == Options.Network.Kind.NETEM) {
			NamespaceDistance.requireRoot();
		}
		Installation installation = Installation.find();
		try (ProcessGroup processes = new ProcessGroup(installation.logs());
				LoadGenerator generator = new LoadGenerator()) {
			ChainStarter starter = new ChainStarter(options, installation, processes);
			progress.println("Starting " + String.join(", ", options.chains()));
			List<Chain> chains = starter.start();
			Report report = new Report(
					chains.stream().flatMap((chain) -> chain.processes().keySet().stream()).toList());
			try (JvmProbes probes = new JvmProbes(chains)) {
				Benchmark benchmark = new Benchmark(options, workloads, chains, processes, generator, probes, progress,
						begin);
				workloads.forEach((workload) -> report.add(benchmark.run(workload)));
			}
			finally {
				String environment = environment(options, starter.natsTitle());
				out.println(environment + "\n");
				out.println(report.text(chains));
				writePage(options, environment, report);
			}
		}
	}

	private static void writePage(Options options, String environment, Report report) {
		Path html = options.html();
		if (html != null) {
			try {
				Files.writeString(html, new HtmlPage(environment, report.results(), report.notes()).text());
				progress.println("Wrote " + html);
			}
			catch (IOException ex) {
				progress.println("--html: " + ex);
			}
		}
	}

	private static String environment(Options options, String nats) {
		return System.getProperty("os.name") + ", " + Runtime.getRuntime().availableProcessors() + " processors, Java "
				+ Runtime.version() + " (" + String.join(" ", options.jvm()) + ")"
				+ (nats.isEmpty() ? "" : ", NATS: " + nats) + network(options.network()) + "; medians of up to "
				+ options.rounds() + " rounds of " + options.length().toMillis() / 1000.0
				+ " s, interleaved; µs are processor time, bytes are memory allocated per request, MiB, message or"
				+ " delivery; ratios to " + Chain.BASELINE + (options.warmUp().isShort() ? NOT_WARM : "");
	}

	private static String network(Options.Network network) {
		String roundTrip = network.roundTrip().toNanos() / 1e6 + " ms of round trip before services";
		return switch (network.kind()) {
			case LOOPBACK -> "";
			case DELAY -> ", " + roundTrip + " by a relay";
			case NETEM -> ", " + roundTrip + " by netem";
		};
	}

}
