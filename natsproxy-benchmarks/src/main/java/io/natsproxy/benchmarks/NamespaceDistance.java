package io.natsproxy.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The far end is a network namespace of Linux, behind a pair of virtual interfaces that
 * delay what they send ({@code netem}). The addresses are of the block that is reserved
 * for benchmarks of networks (RFC 2544).
 */
final class NamespaceDistance implements Distance {

	private static final int NETWORKS = 1 << 15;

	private static final int FIRST_NETWORK = (198 << 24) | (18 << 16);

	/**
	 * How many networks a run may have.
	 */
	private static final int NETWORKS_OF_A_RUN = 16;

	/**
	 * How many packets may be on their way; {@code netem} drops others, and 1,000 by
	 * default are few.
	 */
	private static final String PACKETS = "100000";

	private final String name;

	private final int network;

	private final Duration oneWay;

	private final ProcessGroup processes;

	/**
	 * Creates a distance.
	 * @param run a number that no other run on this machine has
	 * @param number a number that no other distance of this run has
	 * @param roundTrip how long there and back takes
	 * @param processes ends before the namespace does
	 */
	NamespaceDistance(long run, int number, Duration roundTrip, ProcessGroup processes) {
		this.network = (int) ((run * NETWORKS_OF_A_RUN + number) % NETWORKS);
		this.name = "natsproxy" + this.network;
		this.oneWay = roundTrip.dividedBy(2);
		this.processes = processes;
	}

	@Override
	public String nearHost() {
		return host(1);
	}

	@Override
	public String farHost() {
		return host(2);
	}

	private String host(int number) {
		int address = FIRST_NETWORK + this.network * 4 + number;
		return (address >>> 24) + "." + (address >> 16 & 0xFF) + "." + (address >> 8 & 0xFF) + "." + (address & 0xFF);
	}

	@Override
	public List<String> atFarEnd(List<String> command) {
		List<String> there = new ArrayList<>(List.of("ip", "netns", "exec", this.name));
		there.addAll(command);
		return there;
	}

	@Override
	public Map<Role, ChildProcess> open() {
		this.processes.own(() -> creation().forEach(NamespaceDistance::perform),
				() -> removal().forEach(SystemCommand::run));
		return Map.of();
	}

	/**
	 * Returns the commands that make the namespace and its interfaces.
	 * @return command lines
	 */
	List<List<String>> creation() {
		String near = this.name + "a";
		String far = this.name + "b";
		String delay = this.oneWay.toNanos() / 1000 + "us";
		return List.of(List.of("ip", "netns", "add", this.name),
				List.of("ip", "link", "add", near, "type", "veth", "peer", "name", far, "netns", this.name),
				List.of("ip", "address", "add", nearHost() + "/30", "dev", near),
				List.of("ip", "-n", this.name, "address", "add", farHost() + "/30", "dev", far),
				List.of("ip", "link", "set", near, "up"), List.of("ip", "-n", this.name, "link", "set", far, "up"),
				List.of("ip", "-n", this.name, "link", "set", "lo", "up"),
				List.of("tc", "qdisc", "add", "dev", near, "root", "netem", "delay", delay, "limit", PACKETS),
				List.of("tc", "-n", this.name, "qdisc", "add", "dev", far, "root", "netem", "delay", delay, "limit",
						PACKETS));
	}

	/**
	 * Returns the commands that remove what those of {@link #creation()} have made, as
	 * far as they came.
	 * @return command lines
	 */
	List<List<String>> removal() {
		return List.of(List.of("ip", "link", "delete", this.name + "a"), List.of("ip", "netns", "delete", this.name));
	}

	private static void perform(List<String> command) {
		SystemCommand.Result result = SystemCommand.run(command);
		if (!result.succeeded()) {
			throw new ChainFailedException(explain(command, result.output()));
		}
	}

	/**
	 * Says why a command may have failed.
	 * @param command the command
	 * @param output what it has printed
	 * @return what to do about it
	 */
	static String explain(List<String> command, String output) {
		String text = "--netem: '" + String.join(" ", command) + "' fails: " + output.strip().replaceAll("\\.$", "")
				+ ". ";
		if (command.get(0).equals("tc")) {
			return text + "The kernel may have no netem (module sch_netem); --delay does without.";
		}
		return text + "It takes iproute2, and root, who may make network namespaces; --delay does without.";
	}

	/**
	 * Makes sure that this process may make network namespaces.
	 * @throws InvalidOptionException if it is not root's, or this is not Linux
	 */
	static void requireRoot() {
		if (!isRoot()) {
			throw new InvalidOptionException("--netem needs Linux and root, who may make network namespaces:"
					+ " run the benchmark as root, or use --delay, which takes a relay in place of them");
		}
	}

	private static boolean isRoot() {
		try {
			return Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
		}
		catch (IOException | UnsupportedOperationException | IllegalArgumentException ex) {
			return false;
		}
	}

}
