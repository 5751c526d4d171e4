package io.natsproxy.benchmarks;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

import io.natsproxy.benchmarks.relay.RelayProgram;

/**
 * Both ends are on the loopback interface, and a relay, which is a process of its own,
 * delays what goes from one to the other.
 */
final class DelayedDistance implements Distance {

	private final String name;

	private final Duration oneWay;

	private final Launcher launcher;

	private final List<String> routes = new ArrayList<>();

	private final List<Address> entrances = new ArrayList<>();

	/**
	 * Creates a distance.
	 * @param name what to call the relay
	 * @param roundTrip how long there and back takes
	 * @param launcher starts the relay
	 */
	DelayedDistance(String name, Duration roundTrip, Launcher launcher) {
		this.name = name;
		this.oneWay = roundTrip.dividedBy(2);
		this.launcher = launcher;
	}

	@Override
	public Address across(Address address) {
		Address entrance = Address.free();
		this.entrances.add(entrance);
		this.routes.add(entrance.port() + "=" + address.host() + ":" + address.port());
		return entrance;
	}

	@Override
	public Map<Role, ChildProcess> open() {
		if (this.routes.isEmpty()) {
			return Map.of();
		}
		List<String> arguments = new ArrayList<>(List.of(Long.toString(this.oneWay.toNanos())));
		arguments.addAll(this.routes);
		ChildProcess relay = this.launcher.ownProgram(this.name, RelayProgram.class, arguments);
		this.entrances.forEach((entrance) -> this.launcher.awaitPort(entrance, relay));
		return Map.of(Role.RELAY, relay);
	}

}
