package io.natsproxy.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.benchmarks.load.Target;
import org.jspecify.annotations.Nullable;

/**
 * Starts the processes of the chains. All ports are free ones of the loopback interface;
 * other than addresses, nothing is configured.
 */
final class ChainStarter {

	private static final String LOOPBACK = "127.0.0.1";

	private final Options options;

	private final Installation installation;

	private final ProcessGroup processes;

	private final ReadinessProbe probe = new ReadinessProbe();

	private final String natsUrl = "nats://" + LOOPBACK + ":" + freePort();

	private String natsTitle = "";

	ChainStarter(Options options, Installation installation, ProcessGroup processes) {
		this.options = options;
		this.installation = installation;
		this.processes = processes;
	}

	/**
	 * Starts all chains that the options name, and waits until they answer.
	 * @return the chains
	 * @throws ChainFailedException if one does not
	 */
	List<Chain> start() {
		Options.OtherChain other = this.options.other();
		List<Chain> chains = new ArrayList<>();
		boolean natsproxy = this.options.chains().contains(Chain.NATSPROXY);
		Map<Role, ChildProcess> broker = new EnumMap<>(Role.class);
		if (natsproxy || (other != null && other.usesNats())) {
			broker.put(Role.BROKER, startBroker());
		}
		if (natsproxy) {
			chains.add(natsproxy(broker));
		}
		if (this.options.chains().contains(Chain.BASELINE)) {
			chains.add(springCloudGateway());
		}
		if (other != null) {
			chains.add(other(other, other.usesNats() ? broker : Map.of()));
		}
		chains.forEach((chain) -> this.probe.awaitAnswer(chain, this.processes));
		return chains;
	}

	/**
	 * Returns what serves as NATS server.
	 * @return its path, or that it is the embedded broker; empty if none was started
	 */
	String natsTitle() {
		return this.natsTitle;
	}

	private ChildProcess startBroker() {
		String configured = this.options.natsServer();
		String program = (configured != null) ? configured : Installation.natsServer();
		String port = this.natsUrl.substring(this.natsUrl.lastIndexOf(':') + 1);
		ChildProcess broker;
		if (program == null || program.equals(Options.EMBEDDED)) {
			this.natsTitle = "the embedded broker";
			broker = java("broker", "-cp", System.getProperty("java.class.path"), BrokerProgram.class.getName(), port);
		}
		else {
			this.natsTitle = program;
			broker = this.processes.start("broker", List.of(program, "-a", LOOPBACK, "-p", port));
		}
		this.probe.awaitPort(LOOPBACK, Integer.parseInt(port), broker);
		return broker;
	}

	private Chain natsproxy(Map<Role, ChildProcess> broker) {
		int port = freePort();
		String servers = "--natsproxy.nats.servers=" + this.natsUrl;
		return chain(Chain.NATSPROXY, "http://" + LOOPBACK + ":" + port, broker,
				jar("natsproxy-gateway", this.installation.natsproxyGateway(), address(), port(port), servers),
				jar("natsproxy-service", this.installation.application("nats-service"), servers));
	}

	private Chain springCloudGateway() {
		int port = freePort();
		int servicePort = freePort();
		return chain(Chain.BASELINE, "http://" + LOOPBACK + ":" + port, Map.of(),
				jar("scg-gateway", this.installation.application("scg-gateway"), address(), port(port),
						"--benchmark.service=http://" + LOOPBACK + ":" + servicePort),
				jar("scg-service", this.installation.application("webflux-service"), address(), port(servicePort)));
	}

	private Chain other(Options.OtherChain other, Map<Role, ChildProcess> broker) {
		Placeholders placeholders = new Placeholders(this.natsUrl, freePort(), freePort());
		ChildProcess gateway = this.processes.start("other-gateway",
				CommandLine.split(placeholders.fill(other.gateway())));
		String service = other.service();
		return chain(Chain.OTHER, placeholders.fill(other.url()), broker, gateway, (service != null)
				? this.processes.start("other-service", CommandLine.split(placeholders.fill(service))) : null);
	}

	private static Chain chain(String name, String url, Map<Role, ChildProcess> broker, ChildProcess gateway,
			@Nullable ChildProcess service) {
		Map<Role, ChildProcess> processes = new EnumMap<>(Role.class);
		processes.putAll(broker);
		processes.put(Role.GATEWAY, gateway);
		if (service != null) {
			processes.put(Role.SERVICE, service);
		}
		return new Chain(name, Target.of(url), processes);
	}

	private ChildProcess jar(String name, Path jar, String... arguments) {
		List<String> command = new ArrayList<>(List.of("-jar", jar.toString()));
		command.addAll(List.of(arguments));
		return java(name, command.toArray(String[]::new));
	}

	private ChildProcess java(String name, String... arguments) {
		List<String> command = new ArrayList<>(List.of(Installation.java()));
		command.addAll(this.options.jvm());
		command.addAll(List.of(arguments));
		return this.processes.start(name, command);
	}

	private static String address() {
		return "--server.address=" + LOOPBACK;
	}

	private static String port(int port) {
		return "--server.port=" + port;
	}

	private static int freePort() {
		try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(LOOPBACK))) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The values to which the command lines of another chain may refer.
	 */
	private record Placeholders(String nats, int port, int servicePort) {

		String fill(String text) {
			return text.replace("{nats}", this.nats)
				.replace("{port}", Integer.toString(this.port))
				.replace("{service-port}", Integer.toString(this.servicePort));
		}

	}

}
