package io.natsproxy.benchmarks;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Supplier;

import io.natsproxy.benchmarks.load.Meter;

/**
 * Reads the processor time of all processes of a chain, and of the load generator.
 */
final class CpuMeter implements Meter {

	private final Map<Role, Supplier<ProcessUsage>> usages = new EnumMap<>(Role.class);

	private Map<Role, Duration> begin = Map.of();

	private Map<Role, Duration> end = Map.of();

	CpuMeter(Chain chain) {
		chain.processes().forEach((role, process) -> this.usages.put(role, process::usage));
		this.usages.put(Role.CLIENTS, () -> ProcessUsage.alone(ProcessHandle.current()));
	}

	@Override
	public void begin() {
		this.begin = read();
	}

	@Override
	public void end() {
		this.end = read();
	}

	private Map<Role, Duration> read() {
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
		this.end.forEach((role, time) -> {
			Duration used = time.minus(this.begin.getOrDefault(role, Duration.ZERO));
			micros.put(role, (operations > 0) ? used.toNanos() / 1000.0 / operations : Double.NaN);
		});
		return micros;
	}

}
