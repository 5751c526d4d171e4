package io.natsproxy.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * The memory and processor time that a process has used, by the accounting of the
 * operating system (on Linux user and system time of {@code /proc/<pid>/stat}, and
 * {@code VmHWM} of {@code /proc/<pid>/status}).
 *
 * @param cpu the time on processors since the start
 * @param peakMemory the most memory that was resident at once, in bytes; 0 if the system
 * does not say
 */
record ProcessUsage(Duration cpu, long peakMemory) {

	private static final String PEAK = "VmHWM:";

	/**
	 * Reads what a process and those that it has started have used.
	 * @param process the process
	 * @return the sums
	 */
	static ProcessUsage of(ProcessHandle process) {
		return Stream.concat(Stream.of(process), process.descendants())
			.map(ProcessUsage::alone)
			.reduce(new ProcessUsage(Duration.ZERO, 0), ProcessUsage::plus);
	}

	/**
	 * Reads what a process has used by itself.
	 * @param process the process
	 * @return its usage
	 */
	static ProcessUsage alone(ProcessHandle process) {
		return new ProcessUsage(process.info().totalCpuDuration().orElse(Duration.ZERO), peakMemory(process));
	}

	private ProcessUsage plus(ProcessUsage other) {
		return new ProcessUsage(this.cpu.plus(other.cpu), this.peakMemory + other.peakMemory);
	}

	private static long peakMemory(ProcessHandle process) {
		try (Stream<String> lines = Files.lines(Path.of("/proc", Long.toString(process.pid()), "status"))) {
			return lines.filter((line) -> line.startsWith(PEAK)).mapToLong(ProcessUsage::bytes).findFirst().orElse(0);
		}
		catch (IOException ex) {
			return 0;
		}
	}

	/**
	 * Reads a line such as {@code VmHWM:   204800 kB}.
	 * @param line the line
	 * @return the number of bytes
	 */
	static long bytes(String line) {
		String digits = line.replaceAll("\\D", "");
		return Long.parseLong(digits) * 1024;
	}

}
