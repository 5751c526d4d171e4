package io.natsproxy.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

import io.natsproxy.benchmarks.load.Target;
import org.jspecify.annotations.Nullable;

/**
 * The workloads, chains and lengths of a run.
 *
 * @param workloads the names of the workloads
 * @param chains the names of our chains
 * @param rounds how often each chain runs each workload
 * @param length how long each of these runs takes
 * @param firstWarmUp how long each chain runs the first workload before
 * @param warmUp how long each chain runs each other workload before
 * @param limit how long everything may take; past it, rounds other than the first are
 * left out
 * @param natsServer the program of a NATS server, {@code embedded} for the embedded
 * broker; {@code null} for what is found
 * @param jvm the flags of the JVMs of our chains
 * @param other another chain to be put beside; {@code null} for none
 */
record Options(List<String> workloads, List<String> chains, int rounds, Duration length, Duration firstWarmUp,
		Duration warmUp, Duration limit, @Nullable String natsServer, List<String> jvm, @Nullable OtherChain other) {

	static final String EMBEDDED = "embedded";

	private static final Duration QUICK = Duration.ofSeconds(155);

	private static final Duration UNLIMITED = Duration.ofDays(1);

	static final String USAGE = """
			Options:
			  --quick                 less of everything: under three minutes, and JVMs that are not quite warm
			  --workloads=a,b         %s
			  --chains=a,b            %s;
			                          default: %s
			  --rounds=5              how often each chain runs each workload
			  --seconds=5             how long such a run takes
			  --first-warm-up=60      how many seconds each chain runs the first workload before
			  --warm-up=10            how many seconds each chain runs each other workload before
			  --nats-server=PROGRAM   default: nats-server, if there is one; 'embedded' for the embedded broker
			  --jvm=-Xmx256m          flags of all JVMs
			  --other-gateway="…"     another gateway…
			  --other-service="…"     …and its service, as command lines…
			  --other-url=http://…    …and where the gateway listens. In all three, {port} and {service-port} are free
			                          ports, and {nats} is the URL of a NATS server of its own
			""";

	private static final Set<String> NAMES = Set.of("help", "quick", "workloads", "chains", "rounds", "seconds",
			"first-warm-up", "warm-up", "nats-server", "jvm", "other-gateway", "other-service", "other-url");

	private static final Set<String> LEFT_OUT_OF_QUICK = Set.of("post-1k-1", "post-64k-1", "ws-echo-1");

	/**
	 * Reads the command line.
	 * @param workloads the names of the workloads that there are
	 * @param arguments the command line
	 * @return the options; {@code null} if all that is wanted is help
	 * @throws InvalidOptionException if an option is unknown, or its value wrong
	 */
	static @Nullable Options parse(List<String> workloads, String... arguments) {
		Arguments values = new Arguments(NAMES, arguments);
		if (values.has("help")) {
			return null;
		}
		boolean quick = values.has("quick");
		List<String> quickly = workloads.stream().filter((name) -> !LEFT_OUT_OF_QUICK.contains(name)).toList();
		return new Options(values.words("workloads", workloads, quick ? quickly : workloads),
				values.words("chains", Chain.OURS, Chain.DEFAULT),
				(int) Math.ceil(values.number("rounds", quick ? 3 : 5)), seconds(values, "seconds", quick ? 1 : 5),
				seconds(values, "first-warm-up", quick ? 15 : 60), seconds(values, "warm-up", quick ? 2 : 10),
				quick ? QUICK : UNLIMITED, natsServer(values), CommandLine.split(values.text("jvm", "-Xmx256m")),
				OtherChain.of(values));
	}

	private static Duration seconds(Arguments values, String name, double fallback) {
		return Duration.ofMillis((long) (values.number(name, fallback) * 1000));
	}

	private static @Nullable String natsServer(Arguments values) {
		String server = values.text("nats-server");
		if (server != null && !server.equals(EMBEDDED) && !Path.of(server).toFile().canExecute()) {
			throw new InvalidOptionException(
					"--nats-server=" + server + " is not a program: expected its path, or 'embedded'");
		}
		return server;
	}

	/**
	 * A gateway and a service of somebody else.
	 *
	 * @param gateway the command line of the gateway
	 * @param service the command line of the service; {@code null} if the gateway needs
	 * none
	 * @param url where the gateway listens
	 */
	record OtherChain(String gateway, @Nullable String service, String url) {

		static @Nullable OtherChain of(Arguments values) {
			String gateway = values.text("other-gateway");
			String service = values.text("other-service");
			String url = values.text("other-url");
			if (gateway != null && url != null) {
				requireUrl(url);
				return new OtherChain(gateway, service, url);
			}
			if (gateway != null || service != null || url != null) {
				throw new InvalidOptionException("Another chain needs --other-gateway and --other-url");
			}
			return null;
		}

		private static void requireUrl(String url) {
			try {
				Target.of(url.replace("{port}", "1"));
			}
			catch (IllegalArgumentException ex) {
				throw new InvalidOptionException("--other-url: " + ex.getMessage());
			}
		}

		/**
		 * Whether the chain uses a NATS server.
		 * @return whether one of its command lines names it
		 */
		boolean usesNats() {
			return (this.gateway + this.service).contains("{nats}");
		}

	}

}
