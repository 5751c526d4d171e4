package io.natsproxy.benchmarks;

import java.nio.file.Files;
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
 * @param warmUp what each chain does before it is measured
 * @param limit how long everything may take; past it, rounds other than the first are
 * left out
 * @param natsServer the program of a NATS server, {@code embedded} for the embedded
 * broker; {@code null} for what is found
 * @param jvm the flags of the JVMs of our chains
 * @param other another chain to be put beside; {@code null} for none
 * @param network what lies between services and those that call them
 * @param html the file for a page with charts; {@code null} for none
 */
record Options(List<String> workloads, List<String> chains, int rounds, Duration length, WarmUp warmUp, Duration limit,
		@Nullable String natsServer, List<String> jvm, @Nullable OtherChain other, Network network,
		@Nullable Path html) {

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
			  --warm-up-transfers=15  how many transfers it makes before, where the workload is one
			  --delay=10ms            round trip between service and gateway or NATS server, by a relay that delays bytes
			  --netem=10ms            the same by a network namespace of Linux; needs root, and a kernel with netem
			  --html=FILE             a page with charts, beside the tables
			  --nats-server=PROGRAM   default: nats-server, if there is one; 'embedded' for the embedded broker
			  --jvm=-Xmx256m          flags of all JVMs
			  --other-gateway="…"     another gateway…
			  --other-service="…"     …and its service, as command lines…
			  --other-url=http://…    …and where the gateway listens. In all three, {port} and {service-port} are free
			                          ports, {service-host} is the address of the service, 127.0.0.1 without --netem,
			                          and {nats} is the URL of a NATS server of its own
			""";

	private static final Set<String> NAMES = Set.of("help", "quick", "workloads", "chains", "rounds", "seconds",
			"first-warm-up", "warm-up", "warm-up-transfers", "delay", "netem", "html", "nats-server", "jvm",
			"other-gateway", "other-service", "other-url");

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
				values.words("chains", Chain.OURS, Chain.DEFAULT), values.count("rounds", quick ? 3 : 5),
				seconds(values, "seconds", quick ? 1 : 5), WarmUp.of(values, quick), quick ? QUICK : UNLIMITED,
				natsServer(values), CommandLine.split(values.text("jvm", "-Xmx256m")), OtherChain.of(values),
				Network.of(values), html(values));
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

	private static @Nullable Path html(Arguments values) {
		String file = values.text("html");
		if (file == null) {
			return null;
		}
		Path path = Path.of(file).toAbsolutePath();
		Path directory = path.getParent();
		if (directory == null || !Files.isDirectory(directory) || Files.isDirectory(path)) {
			throw new InvalidOptionException("--html=" + file + ": expected a file in a directory that exists");
		}
		return path;
	}

	/**
	 * What a chain does before it is measured.
	 *
	 * @param first how long it runs the first workload
	 * @param others how long it runs each other one
	 * @param transfers how many transfers it makes instead, where the workload is one
	 */
	record WarmUp(Duration first, Duration others, int transfers) {

		private static final int TRANSFERS = 15;

		static WarmUp of(Arguments values, boolean quick) {
			return new WarmUp(seconds(values, "first-warm-up", quick ? 15 : 60),
					seconds(values, "warm-up", quick ? 2 : 10),
					values.count("warm-up-transfers", quick ? 5 : TRANSFERS));
		}

		/**
		 * Whether what is measured is the compiler of the JVMs as well.
		 * @return whether it takes less than a minute, or fewer transfers than by default
		 */
		boolean isShort() {
			return this.first.compareTo(Duration.ofMinutes(1)) < 0 || this.transfers < TRANSFERS;
		}

	}

	/**
	 * What lies between services and those that call them.
	 *
	 * @param kind how it comes about
	 * @param roundTrip how long there and back takes
	 */
	record Network(Kind kind, Duration roundTrip) {

		static Network of(Arguments values) {
			Duration delay = values.duration("delay");
			Duration netem = values.duration("netem");
			if (delay != null && netem != null) {
				throw new InvalidOptionException("--delay and --netem exclude each other");
			}
			if (delay != null) {
				return new Network(Kind.DELAY, delay);
			}
			return (netem != null) ? new Network(Kind.NETEM, netem) : new Network(Kind.LOOPBACK, Duration.ZERO);
		}

		/**
		 * The origin of a delay.
		 */
		enum Kind {

			/**
			 * There is none.
			 */
			LOOPBACK,

			/**
			 * A relay.
			 */
			DELAY,

			/**
			 * The kernel.
			 */
			NETEM

		}

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
		 * Whether the gateway calls the service on a port.
		 * @return whether its command line names the port
		 */
		boolean callsServicePort() {
			return this.gateway.contains("{service-port}");
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
