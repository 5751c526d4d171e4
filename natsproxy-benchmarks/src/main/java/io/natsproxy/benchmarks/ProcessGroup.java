package io.natsproxy.benchmarks;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * All processes that were started, and what else is to be removed after them. They end
 * with the group, and with this JVM.
 */
final class ProcessGroup implements AutoCloseable {

	private final List<ChildProcess> processes = new ArrayList<>();

	private final Deque<Runnable> releases = new ArrayDeque<>();

	private final Path logs;

	private boolean closed;

	/**
	 * Creates an empty group.
	 * @param logs the directory for the output of processes
	 */
	ProcessGroup(Path logs) {
		this.logs = logs;
		Runtime.getRuntime().addShutdownHook(new Thread(this::close, "stop-processes"));
	}

	/**
	 * Starts a process.
	 * @param name what to call it
	 * @param command its command line
	 * @return the process
	 */
	synchronized ChildProcess start(String name, List<String> command) {
		requireOpen();
		ChildProcess process = ChildProcess.start(name, command, this.logs.resolve(name + ".log"));
		this.processes.add(process);
		return process;
	}

	/**
	 * Makes something that is released when all processes have ended.
	 * @param creation makes it
	 * @param release releases it, or what there is of it if the creation has failed
	 */
	synchronized void own(Runnable creation, Runnable release) {
		requireOpen();
		this.releases.push(release);
		creation.run();
	}

	private void requireOpen() {
		if (this.closed) {
			throw new ChainFailedException("Interrupted");
		}
	}

	/**
	 * Makes sure that all processes run.
	 * @throws ChainFailedException if one does not
	 */
	synchronized void requireAlive() {
		this.processes.forEach(ChildProcess::requireAlive);
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		this.processes.parallelStream().forEach(ChildProcess::stop);
		this.processes.clear();
		this.releases.forEach(Runnable::run);
		this.releases.clear();
	}

}
