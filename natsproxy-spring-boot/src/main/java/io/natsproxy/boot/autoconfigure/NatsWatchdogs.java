package io.natsproxy.boot.autoconfigure;

import java.time.Duration;
import java.util.Collection;
import java.util.List;

import io.nats.client.Connection;
import io.natsproxy.boot.autoconfigure.NatsProperties.Watchdog;
import io.natsproxy.core.connection.ConnectionWatchdog;
import io.natsproxy.core.liveness.Heartbeat;
import io.natsproxy.core.liveness.Watched;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/**
 * One watchdog for each connection of the context, ours or not.
 */
class NatsWatchdogs implements InitializingBean, DisposableBean, Watched {

	private final List<ConnectionWatchdog> watchdogs;

	NatsWatchdogs(Collection<Connection> connections, Watchdog properties) {
		SettingChecks check = new SettingChecks("natsproxy.nats.watchdog");
		Duration interval = check.positive("interval", properties.interval());
		Duration timeout = check.positive("timeout", properties.timeout());
		this.watchdogs = connections.stream()
			.map((connection) -> new ConnectionWatchdog(connection, interval, timeout))
			.toList();
	}

	@Override
	public void afterPropertiesSet() {
		this.watchdogs.forEach(ConnectionWatchdog::start);
	}

	/**
	 * Watches those who watch, and the connections that none of them brings back.
	 */
	@Override
	public void watchedBy(Heartbeat heartbeat) {
		this.watchdogs.forEach((watchdog) -> heartbeat.watch("nats-watchdog", () -> {
			watchdog.start();
			return watchdog.isWatching();
		}));
		this.watchdogs.forEach((watchdog) -> heartbeat.watch("nats-connection", watchdog::isConnectionOpen));
	}

	@Override
	public void destroy() {
		this.watchdogs.forEach(ConnectionWatchdog::close);
	}

}
