package io.natsproxy.benchmarks;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Reads the processor time of all processes of a chain, and of the load generator.
 */
final class CpuMeter extends ReadingMeter<Role, Duration> {

	private final Map<Role, Supplier<ProcessUsage>> usages = new EnumMap<>(Role.class);

	CpuMeter(Chain chain) {
		chain.processes().forEach((role, process) -> this.usages.put(role, process::usage));
		this.usages.put(Role.CLIENTS, () -> ProcessUsage.alone(ProcessHandle.current()));
	}

	@Override
	Map<Role, Duration> read() {
		Map<Role, Duration> times = new EnumMap<>(Role.class);
		this.usages.forEach((role, usage) -> times.put(role, usage.get().cpu()));
		return times;
	}

	/**
	 * Returns what one operation took.
	 * @param operations how many there were between begin and end
	 * @return microseconds of processor time of each process
	 */
	Map<Role, Double> microsPerOperation(long operations) {
		Map<Role, Double> micros = new EnumMap<>(Role.class);
		later().forEach((role, time) -> {
			Duration used = time.minus(earlier().getOrDefault(role, Duration.ZERO));
			micros.put(role, (operations > 0) ? used.toNanos() / 1000.0 / operations : Double.NaN);
		});
		return micros;
	}

}
