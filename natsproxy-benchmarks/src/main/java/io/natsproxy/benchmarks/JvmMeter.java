package io.natsproxy.benchmarks;

import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import io.natsproxy.benchmarks.load.Tally;
import org.jspecify.annotations.Nullable;

/**
 * Reads the counters of all JVMs of a chain.
 */
final class JvmMeter extends ReadingMeter<JvmProbe, JvmCounters> {

	private final Map<Role, List<JvmProbe>> probes = new EnumMap<>(Role.class);

	JvmMeter(Chain chain, JvmProbes probes) {
		chain.processes().forEach((role, process) -> {
			if (!probes.of(process).isEmpty()) {
				this.probes.put(role, probes.of(process));
			}
		});
	}

	@Override
	Map<JvmProbe, JvmCounters> read() {
		Map<JvmProbe, JvmCounters> counters = new HashMap<>();
		this.probes.values().forEach((probes) -> probes.forEach((probe) -> {
			JvmCounters read = probe.read();
			if (read != null) {
				counters.put(probe, read);
			}
		}));
		return counters;
	}

	/**
	 * Returns what one operation took.
	 * @param tally what was done between begin and end
	 * @return the usage of each JVM that could be read, if there was an operation
	 */
	Map<Role, JvmUsage> usage(Tally tally) {
		Map<Role, JvmUsage> usages = new EnumMap<>(Role.class);
		this.probes.forEach((role, probes) -> {
			JvmUsage usage = usage(probes, tally);
			if (usage != null && tally.operations() > 0) {
				usages.put(role, usage);
			}
		});
		return usages;
	}

	private @Nullable JvmUsage usage(List<JvmProbe> probes, Tally tally) {
		long allocated = 0;
		long collections = 0;
		for (JvmProbe probe : probes) {
			JvmCounters earlier = earlier().get(probe);
			JvmCounters later = later().get(probe);
			if (earlier == null || later == null) {
				return null;
			}
			allocated += later.allocatedSince(earlier);
			collections += later.collectionsSince(earlier);
		}
		return new JvmUsage((double) allocated / tally.operations(), collections / tally.seconds());
	}

}
