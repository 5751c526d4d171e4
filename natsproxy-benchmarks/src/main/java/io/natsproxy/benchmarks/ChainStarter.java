package io.natsproxy.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

import io.natsproxy.benchmarks.load.Target;

/**
 * Starts the processes of the chains, each of which has all of its own. All ports are
 * free ones; other than addresses, nothing is configured.
 */
final class ChainStarter {

	private static final String WITHOUT_NATS = "--natsproxy.servlet.enabled=false";

	private final Options options;

	private final Installation installation;

	private final ProcessGroup processes;

	private final ReadinessProbe probe = new ReadinessProbe();

	private final Launcher launcher;

	private final List<Chain> chains = new ArrayList<>();

	ChainStarter(Options options, Installation installation, ProcessGroup processes) {
		this.options = options;
		this.installation = installation;
		this.processes = processes;
		this.launcher = new Launcher(options, processes, this.probe);
	}

	/**
	 * Starts all chains that the options name, and waits until they answer.
	 * @return the chains
	 * @throws ChainFailedException if one does not
	 */
	List<Chain> start() {
		if (this.options.chains().contains(Chain.NGINX)) {
			Nginx.program();
		}
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
		return this.launcher.natsTitle();
	}

	private void start(String name) {
		switch (name) {
			case Chain.NATSPROXY -> startNatsproxy(name, "nats-service", List.of());
			case Chain.WEBFLUX_BESIDE -> startNatsproxy(name, "webflux-on-nats", with(Address.free().serverOptions(),
					"--natsproxy.service.web-server.enabled=false", "--natsproxy.service.expose.paths=/**"));
			case Chain.WEBFLUX_INSTEAD -> startNatsproxy(name, "webflux-on-nats", List.of());
			case Chain.MVC -> startNatsproxy(name, "mvc-service", List.of());
			case Chain.AGENT -> startAgent(name);
			case Chain.BASELINE -> startSpringCloudGateway(name, this.installation.webFluxService());
			case Chain.MVC_BASELINE ->
				startSpringCloudGateway(name, this.installation.application("mvc-service"), WITHOUT_NATS);
			case Chain.DIRECT -> startDirect(name);
			case Chain.NGINX -> startNginx(name);
			default -> throw new IllegalArgumentException(name);
		}
	}

	private void startNatsproxy(String name, String service, List<String> arguments) {
		ChainBuilder chain = builder(name);
		Address nats = chain.nearAddress();
		Address farNats = chain.across(nats);
		startNats(chain, nats);
		chain.far(Role.SERVICE,
				this.launcher.jar(this.installation.application(service), with(arguments, servers(farNats))));
		startNatsGateway(chain, nats);
	}

	private void startAgent(String name) {
		ChainBuilder chain = builder(name);
		Address nats = chain.nearAddress();
		Address farNats = chain.across(nats);
		startNats(chain, nats);
		Address service = Address.free();
		chain.far(Role.SERVICE, this.launcher.jar(this.installation.webFluxService(), service.serverOptions()));
		chain.far(Role.AGENT,
				this.launcher.jar(this.installation.natsproxyAgent(),
						List.of("--natsproxy.agent.upstreams[0].name=benchmark",
								"--natsproxy.agent.upstreams[0].paths=/**",
								"--natsproxy.agent.upstreams[0].url=" + service.http(), servers(farNats))));
		startNatsGateway(chain, nats);
	}

	private void startNats(ChainBuilder chain, Address nats) {
		chain.open();
		chain.add(Role.BROKER, this.launcher.natsServer(chain.processName(Role.BROKER), nats));
	}

	private void startNatsGateway(ChainBuilder chain, Address nats) {
		Address gateway = Address.free();
		// Several gateways run at once, and nobody asks for their health or metrics.
		chain.near(Role.GATEWAY, this.launcher.jar(this.installation.natsproxyGateway(), with(gateway.serverOptions(),
				servers(nats), "--management.server.port=0", "--management.server.address=" + Address.LOOPBACK)));
		this.chains.add(chain.build(gateway.target()));
	}

	private static String servers(Address nats) {
		return "--natsproxy.nats.servers=" + nats.nats();
	}

	private void startSpringCloudGateway(String name, Path application, String... arguments) {
		ChainBuilder chain = builder(name);
		Address service = startHttpService(chain, application, arguments);
		Address gateway = Address.free();
		chain.near(Role.GATEWAY, this.launcher.jar(this.installation.application("scg-gateway"),
				with(gateway.serverOptions(), "--benchmark.service=" + service.http())));
		this.chains.add(chain.build(gateway.target()));
	}

	private void startDirect(String name) {
		ChainBuilder chain = builder(name);
		Address service = startHttpService(chain, this.installation.webFluxService());
		this.chains.add(chain.build(service.target()));
	}

	private void startNginx(String name) {
		ChainBuilder chain = builder(name);
		Address service = startHttpService(chain, this.installation.webFluxService());
		Address gateway = Address.free();
		chain.add(Role.GATEWAY, Nginx.start(chain.processName(Role.GATEWAY), gateway, service, this.processes));
		this.chains.add(chain.build(gateway.target()));
	}

	/**
	 * Starts a service that is called over HTTP.
	 * @return by which address it is called
	 */
	private Address startHttpService(ChainBuilder chain, Path application, String... arguments) {
		Address service = chain.farAddress();
		Address nearService = chain.across(service);
		chain.open();
		chain.far(Role.SERVICE, this.launcher.jar(application, with(service.serverOptions(), arguments)));
		return nearService;
	}

	/**
	 * Starts the chain of somebody else.
	 */
	private void startOther(Options.OtherChain other) {
		ChainBuilder chain = builder(Chain.OTHER);
		Address service = chain.farAddress();
		Address nats = chain.nearAddress();
		Address gateway = Address.free();
		Placeholders near = new Placeholders(nats, gateway, other.callsServicePort() ? chain.across(service) : service);
		Placeholders far = new Placeholders(other.usesNats() ? chain.across(nats) : nats, gateway, service);
		if (other.usesNats()) {
			startNats(chain, nats);
		}
		else {
			chain.open();
		}
		chain.near(Role.GATEWAY, CommandLine.split(near.fill(other.gateway())));
		String command = other.service();
		if (command != null) {
			chain.far(Role.SERVICE, CommandLine.split(far.fill(command)));
		}
		this.chains.add(chain.build(Target.of(near.fill(other.url()))));
	}

	private ChainBuilder builder(String name) {
		return new ChainBuilder(name, distance(name), this.processes);
	}

	private Distance distance(String name) {
		Options.Network network = this.options.network();
		return switch (network.kind()) {
			case LOOPBACK -> Distance.NONE;
			case DELAY -> new DelayedDistance(name + "-relay", network.roundTrip(), this.launcher);
			case NETEM -> new NamespaceDistance(ProcessHandle.current().pid(), this.chains.size(), network.roundTrip(),
					this.processes);
		};
	}

	private static List<String> with(List<String> some, String... more) {
		List<String> all = new ArrayList<>(some);
		Collections.addAll(all, more);
		return all;
	}

	/**
	 * The values to which the command lines of another chain may refer.
	 */
	private record Placeholders(Address nats, Address gateway, Address service) {

		String fill(String text) {
			return text.replace("{nats}", this.nats.nats())
				.replace("{port}", Integer.toString(this.gateway.port()))
				.replace("{service-host}", this.service.host())
				.replace("{service-port}", Integer.toString(this.service.port()));
		}

	}

}
