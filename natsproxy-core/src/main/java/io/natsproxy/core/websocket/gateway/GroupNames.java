package io.natsproxy.core.websocket.gateway;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

import io.natsproxy.core.exchange.WebSocketStatistics;

/**
 * The groups that have members at one gateway, each of which counts once, however many of
 * the gateway's connections have some. Safe for use by many threads.
 */
final class GroupNames {

	private final WebSocketStatistics statistics;

	/**
	 * The number of connections that have members, by the name of the group.
	 */
	private final Map<String, Integer> connections = new ConcurrentHashMap<>();

	GroupNames(WebSocketStatistics statistics) {
		this.statistics = statistics;
	}

	/**
	 * Notes that a connection has members of a group from now on.
	 */
	void joined(String name) {
		if (this.connections.merge(name, 1, Integer::sum) == 1) {
			this.statistics.groupJoined();
		}
	}

	/**
	 * Notes that a connection has no members of a group any more, of which it had some.
	 */
	void left(String name) {
		if (this.connections.computeIfPresent(name, (key, number) -> (number > 1) ? number - 1 : null) == null) {
			this.statistics.groupsLeft(1);
		}
	}

	/**
	 * Returns how many groups have members.
	 */
	int size() {
		return this.connections.size();
	}

}
