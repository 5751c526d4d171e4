package io.natsproxy.boot.health;

import java.util.List;

import io.natsproxy.core.liveness.Heartbeat;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * {@link HealthIndicator} of the threads without which an application answers nobody:
 * down while one of them does nothing of what it is given, which a restart mends.
 */
public class HeartbeatHealthIndicator extends AbstractHealthIndicator {

	private final Heartbeat heartbeat;

	/**
	 * Creates an indicator.
	 * @param heartbeat watches the threads
	 */
	public HeartbeatHealthIndicator(Heartbeat heartbeat) {
		super("Heartbeat health check failed");
		this.heartbeat = heartbeat;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<String> lost = this.heartbeat.lost();
		if (lost.isEmpty()) {
			builder.up().withDetail("watched", this.heartbeat.watched().size());
		}
		else {
			builder.down().withDetail("lost", lost);
		}
	}

}
