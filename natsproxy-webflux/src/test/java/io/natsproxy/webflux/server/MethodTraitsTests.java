package io.natsproxy.webflux.server;

import java.time.Duration;

import io.natsproxy.core.discovery.EndpointTraits;
import io.natsproxy.webflux.annotation.NatsTimeout;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.method.HandlerMethod;
import org.springframework.web.reactive.result.method.RequestMappingInfo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

class MethodTraitsTests {

	private static EndpointTraits traits(Object bean, String method) throws NoSuchMethodException {
		return MethodTraits.of(RequestMappingInfo.paths("/").build(),
				new HandlerMethod(bean, bean.getClass().getDeclaredMethod(method)));
	}

	@Test
	void timeoutIsThatOfTheMethodOrElseOfTheType() throws Exception {
		assertThat(traits(new Slow(), "slow").timeout()).isEqualTo(Duration.ofSeconds(30));
		assertThat(traits(new Slow(), "slower").timeout()).isEqualTo(Duration.ofMinutes(1));
		assertThat(traits(new Quick(), "any").timeout()).isNull();
	}

	@ParameterizedTest
	@ValueSource(strings = { "empty", "zero", "negative", "word" })
	void timeoutThatIsNoneIsNamed(String method) {
		assertThatIllegalStateException().isThrownBy(() -> traits(new Quick(), method))
			.withMessageContaining("@NatsTimeout")
			.withMessageContaining(method);
	}

	@NatsTimeout("30s")
	static class Slow {

		void slow() {
		}

		@NatsTimeout("PT1M")
		void slower() {
		}

	}

	static class Quick {

		void any() {
		}

		@NatsTimeout("")
		void empty() {
		}

		@NatsTimeout("0s")
		void zero() {
		}

		@NatsTimeout("-1s")
		void negative() {
		}

		@NatsTimeout("soon")
		void word() {
		}

	}

}
