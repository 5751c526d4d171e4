package io.natsproxy.client.autoconfigure;

import java.time.Duration;
import java.util.function.Function;

import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

/**
 * Has groups of reactive HTTP service clients call over NATS.
 */
final class NatsWebClientGroups implements WebClientHttpServiceGroupConfigurer {

	private final NatsServiceGroups groups;

	private final Function<Duration, ClientHttpConnector> connectors;

	NatsWebClientGroups(NatsServiceGroups groups, Function<Duration, ClientHttpConnector> connectors) {
		this.groups = groups;
		this.connectors = connectors;
	}

	@Override
	public void configureGroups(Groups<WebClient.Builder> all) {
		all.filter(this.groups::contains)
			.forEachClient(
					(group, builder) -> builder.clientConnector(this.connectors.apply(this.groups.timeout(group))));
	}

	@Override
	public int getOrder() {
		return NatsServiceGroups.ORDER;
	}

}
