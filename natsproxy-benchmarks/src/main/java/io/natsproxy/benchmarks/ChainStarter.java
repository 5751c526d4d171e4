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

	private static final String WITHOUT_NATS = "--natsproxy.servlet.enabled=false";

	private final Options options;

	private final Installation installation;

	private final ProcessGroup processes;

	private final ReadinessProbe probe = new ReadinessProbe();

	private final List<Chain> chains = new ArrayList<>();

	private @Nullable Broker broker;

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
		this.options.chains().forEach(this::start);
		Options.OtherChain other = this.options.other();
		if (other != null) {
			startOther(other);
		}
		this.chains.forEach((chain) -> this.probe.awaitAnswer(chain, this.processes));
		return this.chains;
	}

	/**
	 * Returns what serves as NATS server.
	 * @return its path, or that it is the embedded broker; empty if none was started
	 */
	String natsTitle() {
		return this.natsTitle;
	}

	private void start(String name) {
		int port = freePort();
		switch (name) {
			case Chain.NATSPROXY -> startNatsproxy(name,
					Map.of(Role.SERVICE, onNats(name, "-service", this.installation.application("nats-service"))));
			case Chain.WEBFLUX_BESIDE -> startNatsproxy(name,
					Map.of(Role.SERVICE,
							onNats(name, "-service", this.installation.application("webflux-on-nats"), address(),
									port(port), "--natsproxy.service.web-server.enabled=false",
									"--natsproxy.service.expose.paths=/**")));
			case Chain.WEBFLUX_INSTEAD -> startNatsproxy(name,
					Map.of(Role.SERVICE, onNats(name, "-service", this.installation.application("webflux-on-nats"))));
			case Chain.MVC -> startNatsproxy(name,
					Map.of(Role.SERVICE, onNats(name, "-service", this.installation.application("mvc-service"))));
			case Chain.AGENT -> startNatsproxy(name, Map.of(Role.SERVICE,
					jar(name + "-service", this.installation.webFluxService(), address(), port(port)), Role.AGENT,
					onNats(name, "", this.installation.natsproxyAgent(),
							"--natsproxy.agent.upstreams[0].name=benchmark", "--natsproxy.agent.upstreams[0].paths=/**",
							"--natsproxy.agent.upstreams[0].url=" + url(port))));
			case Chain.BASELINE -> startSpringCloudGateway(name, port,
					jar("scg-service", this.installation.webFluxService(), address(), port(port)));
			case Chain.MVC_BASELINE -> startSpringCloudGateway(name, port, jar("scg-mvc-service",
					this.installation.application("mvc-service"), address(), port(port), WITHOUT_NATS));
			default -> throw new IllegalArgumentException(name);
		}
	}

	private void startNatsproxy(String name, Map<Role, ChildProcess> services) {
		int port = freePort();
		Map<Role, ChildProcess> chain = new EnumMap<>(services);
		// Several gateways run at once, and nobody asks for their health or metrics.
		chain.put(Role.GATEWAY, onNats(name, "-gateway", this.installation.natsproxyGateway(), address(), port(port),
				"--management.server.port=0", "--management.server.address=" + LOOPBACK));
		chain.put(Role.BROKER, broker().process());
		this.chains.add(new Chain(name, Target.of(url(port)), chain));
	}

	/**
	 * Starts a program on the NATS server, which our chains share: subjects of all but
	 * the first one have a prefix.
	 */
	private ChildProcess onNats(String chain, String name, Path jar, String... arguments) {
		List<String> all = new ArrayList<>(List.of(arguments));
		all.add("--natsproxy.nats.servers=" + broker().url());
		if (!chain.equals(Chain.NATSPROXY)) {
			all.add("--natsproxy.subject-prefix=" + chain);
		}
		return jar(chain + name, jar, all.toArray(String[]::new));
	}

	private Broker broker() {
		Broker broker = this.broker;
		if (broker == null) {
			broker = startBroker("broker");
			this.broker = broker;
		}
		return broker;
	}

	private void startSpringCloudGateway(String name, int servicePort, ChildProcess service) {
		int port = freePort();
		ChildProcess gateway = jar(name, this.installation.application("scg-gateway"), address(), port(port),
				"--benchmark.service=" + url(servicePort));
		this.chains.add(new Chain(name, Target.of(url(port)), Map.of(Role.GATEWAY, gateway, Role.SERVICE, service)));
	}

	/**
	 * Starts the chain of somebody else, which may have the subjects that ours has: its
	 * NATS server is one of its own.
	 */
	private void startOther(Options.OtherChain other) {
		Map<Role, ChildProcess> chain = new EnumMap<>(Role.class);
		String nats = "";
		if (other.usesNats()) {
			Broker broker = startBroker("other-broker");
			nats = broker.url();
			chain.put(Role.BROKER, broker.process());
		}
		Placeholders placeholders = new Placeholders(nats, freePort(), freePort());
		chain.put(Role.GATEWAY,
				this.processes.start("other-gateway", CommandLine.split(placeholders.fill(other.gateway()))));
		String service = other.service();
		if (service != null) {
			chain.put(Role.SERVICE,
					this.processes.start("other-service", CommandLine.split(placeholders.fill(service))));
		}
		this.chains.add(new Chain(Chain.OTHER, Target.of(placeholders.fill(other.url())), chain));
	}

	private Broker startBroker(String name) {
		int port = freePort();
		String configured = this.options.natsServer();
		String program = (configured != null) ? configured : Installation.natsServer();
		ChildProcess process;
		if (program == null || program.equals(Options.EMBEDDED)) {
			this.natsTitle = "the embedded broker";
			process = java(name, "-cp", System.getProperty("java.class.path"), BrokerProgram.class.getName(),
					Integer.toString(port));
		}
		else {
			this.natsTitle = program;
			process = this.processes.start(name, List.of(program, "-a", LOOPBACK, "-p", Integer.toString(port)));
		}
		this.probe.awaitPort(LOOPBACK, port, process);
		return new Broker("nats://" + LOOPBACK + ":" + port, process);
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

	private static String url(int port) {
		return "http://" + LOOPBACK + ":" + port;
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
	 * A NATS server.
	 */
	private record Broker(String url, ChildProcess process) {

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
