package io.natsproxy.benchmarks;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Starts the programs of which several chains have one: NATS servers, and what this
 * module has itself.
 */
final class Launcher {

	private final Options options;

	private final ProcessGroup processes;

	private final ReadinessProbe probe;

	private String natsTitle = "";

	Launcher(Options options, ProcessGroup processes, ReadinessProbe probe) {
		this.options = options;
		this.processes = processes;
		this.probe = probe;
	}

	/**
	 * Returns what serves as NATS server.
	 * @return its path, or that it is the embedded broker; empty if none was started
	 */
	String natsTitle() {
		return this.natsTitle;
	}

	/**
	 * Returns how an application is started.
	 * @param jar its jar
	 * @param arguments its arguments
	 * @return the command line
	 */
	List<String> jar(Path jar, List<String> arguments) {
		List<String> command = java();
		command.addAll(List.of("-jar", jar.toString()));
		command.addAll(arguments);
		return command;
	}

	/**
	 * Starts a program of this module.
	 * @param name what to call it
	 * @param program its main class
	 * @param arguments its arguments
	 * @return the process
	 */
	ChildProcess ownProgram(String name, Class<?> program, List<String> arguments) {
		List<String> command = java();
		command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
		command.addAll(arguments);
		return this.processes.start(name, command);
	}

	private List<String> java() {
		List<String> command = new ArrayList<>(List.of(Installation.java()));
		command.addAll(this.options.jvm());
		return command;
	}

	/**
	 * Starts a NATS server, and waits until it accepts connections.
	 * @param name what to call it
	 * @param address where it listens
	 * @return the process
	 */
	ChildProcess natsServer(String name, Address address) {
		String configured = this.options.natsServer();
		String program = (configured != null) ? configured : Installation.program("nats-server");
		String port = Integer.toString(address.port());
		ChildProcess process;
		if (program == null || program.equals(Options.EMBEDDED)) {
			this.natsTitle = "the embedded broker";
			process = ownProgram(name, BrokerProgram.class, List.of(address.host(), port));
		}
		else {
			this.natsTitle = program;
			process = this.processes.start(name, List.of(program, "-a", address.host(), "-p", port));
		}
		awaitPort(address, process);
		return process;
	}

	/**
	 * Waits until a program accepts connections.
	 * @param address where it listens
	 * @param process the program
	 */
	void awaitPort(Address address, ChildProcess process) {
		this.probe.awaitPort(address.host(), address.port(), process);
	}

}
