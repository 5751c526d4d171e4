package io.natsproxy.gateway.declared;

import java.util.stream.Stream;

import io.natsproxy.gateway.declared.jetstream.JetStreamTarget;
import io.natsproxy.gateway.declared.keyvalue.KeyValueTarget;
import io.natsproxy.gateway.declared.object.ObjectStoreTarget;
import io.natsproxy.gateway.declared.publish.PublishTarget;
import io.natsproxy.gateway.declared.request.RequestTarget;
import io.natsproxy.gateway.declared.subscribe.SubscribeTarget;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link RouteTarget}s.
 */
class RouteTargetTests {

	@ParameterizedTest
	@MethodSource
	void whatIsStoredRequiresJetStream(RouteTarget target) {
		assertThat(target.requiresJetStream()).isTrue();
	}

	static Stream<RouteTarget> whatIsStoredRequiresJetStream() {
		SubscribeTarget subject = SubscribeTarget.subject("a");
		return Stream.of(JetStreamTarget.subject("a"), KeyValueTarget.bucket("a"), ObjectStoreTarget.bucket("a"),
				new SubscribeTarget(subject.subject(), "STREAM", subject.formats(), subject.heartbeat(),
						subject.maxDuration(), subject.buffer(), subject.slowClient(), subject.maxSubscribers()));
	}

	@ParameterizedTest
	@MethodSource
	void subjectsDoNot(RouteTarget target) {
		assertThat(target.requiresJetStream()).isFalse();
	}

	static Stream<RouteTarget> subjectsDoNot() {
		return Stream.of(SubscribeTarget.subject("a"), RequestTarget.subject("a"), PublishTarget.subject("a"));
	}

}
