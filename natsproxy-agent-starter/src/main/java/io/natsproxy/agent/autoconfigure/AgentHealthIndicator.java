package io.natsproxy.agent.autoconfigure;

import java.util.List;
import java.util.Map;

import io.natsproxy.agent.Agent;
import io.natsproxy.agent.UpstreamState;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;

/**
 * {@link HealthIndicator} of an agent: down while one of its upstreams is. Tells the
 * result of the last health checks, and makes none.
 */
class AgentHealthIndicator extends AbstractHealthIndicator {

	private final Agent agent;

	AgentHealthIndicator(Agent agent) {
		super("Agent health check failed");
		this.agent = agent;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		List<UpstreamState> states = this.agent.getUpstreams();
		builder.status(status(states));
		for (UpstreamState state : states) {
			builder.withDetail(state.name(),
					Map.of("status", state.status(), "inFlight", state.inFlight(), "webSockets", state.webSockets()));
		}
	}

	private static Status status(List<UpstreamState> states) {
		if (states.stream().anyMatch((state) -> state.status() == UpstreamState.Status.DOWN)) {
			return Status.DOWN;
		}
		return states.stream().allMatch((state) -> state.status() == UpstreamState.Status.UP) ? Status.UP
				: Status.UNKNOWN;
	}

}
