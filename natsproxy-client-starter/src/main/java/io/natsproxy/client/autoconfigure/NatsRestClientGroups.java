package io.natsproxy.client.autoconfigure;

import java.time.Duration;
import java.util.function.Function;

import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.web.client.RestClient;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;

/**
 * Has groups of HTTP service clients that block call over NATS.
 */
final class NatsRestClientGroups implements RestClientHttpServiceGroupConfigurer {

	private final NatsServiceGroups groups;

	private final Function<Duration, ClientHttpRequestFactory> factories;

	NatsRestClientGroups(NatsServiceGroups groups, Function<Duration, ClientHttpRequestFactory> factories) {
		this.groups = groups;
		this.factories = factories;
	}

	@Override
	public void configureGroups(Groups<RestClient.Builder> all) {
		all.filter(this.groups::contains)
			.forEachClient(
					(group, builder) -> builder.requestFactory(this.factories.apply(this.groups.timeout(group))));
	}

	@Override
	public int getOrder() {
		return NatsServiceGroups.ORDER;
	}

}
