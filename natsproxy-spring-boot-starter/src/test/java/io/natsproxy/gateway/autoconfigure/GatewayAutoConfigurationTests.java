package io.natsproxy.gateway.autoconfigure;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.stream.Stream;

import io.natsproxy.boot.autoconfigure.InvalidNatsSettingException;
import io.natsproxy.boot.autoconfigure.NatsConnectionAutoConfiguration;
import io.natsproxy.boot.autoconfigure.NatsExchangesAutoConfiguration;
import io.natsproxy.core.connection.NatsConnector;
import io.natsproxy.core.exchange.NatsExchanges;
import io.natsproxy.core.exchange.caller.NatsCaller;
import io.natsproxy.core.exchange.caller.NatsCallerOptions;
import io.natsproxy.gateway.GatewayHandler;
import io.natsproxy.gateway.GatewayHandlerMapping;
import io.natsproxy.gateway.route.NoRespondersStatus;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.assertj.AssertableReactiveWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.util.unit.DataSize;

import static org.assertj.core.api.Assertions.assertThat;

class GatewayAutoConfigurationTests {

	private static final AutoConfigurations CONFIGURATIONS = AutoConfigurations.of(GatewayAutoConfiguration.class,
			GatewayResponseAutoConfiguration.class, GatewayWebSocketAutoConfiguration.class,
			NatsExchangesAutoConfiguration.class, NatsConnectionAutoConfiguration.class);

	/**
	 * Nobody listens there: a gateway starts without NATS.
	 */
	private static final String[] NO_SERVER = { "natsproxy.nats.servers=nats://127.0.0.1:1",
			"natsproxy.nats.startup-wait=0s", "natsproxy.nats.watchdog.enabled=false" };

	private final ReactiveWebApplicationContextRunner runner = new ReactiveWebApplicationContextRunner()
		.withConfiguration(CONFIGURATIONS)
		.withPropertyValues(NO_SERVER);

	@Test
	void gatewayIsThereByDefault() {
		this.runner.run((context) -> {
			assertThat(context).hasSingleBean(GatewayHandler.class).hasSingleBean(GatewayHandlerMapping.class);
			assertThat(context.getBean(GatewayHandlerMapping.class).getOrder()).isEqualTo(GatewayHandlerMapping.ORDER);
			GatewayProperties properties = context.getBean(GatewayProperties.class);
			assertThat(properties.timeout()).isEqualTo(Duration.ofSeconds(10));
			assertThat(properties.maxInFlight()).isEqualTo(1000);
			assertThat(properties.maxBodySize()).isNull();
			assertThat(properties.trustedProxies()).isEmpty();
			assertThat(properties.cors().allowedOrigins()).isEmpty();
		});
	}

	@Test
	void gatewayCallerIsNobodyElsesCaller() {
		this.runner.withUserConfiguration(Consumer.class).run((context) -> {
			assertThat(context).hasBean("natsproxyGatewayCaller");
			assertThat(context.getBean(Consumer.class).caller).isNull();
		});
	}

	@Test
	void gatewayCanBeSwitchedOff() {
		this.runner.withPropertyValues("natsproxy.gateway.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed()
				.doesNotHaveBean(GatewayHandler.class)
				.doesNotHaveBean(GatewayHandlerMapping.class)
				.doesNotHaveBean(NatsCaller.class));
	}

	@Test
	void applicationWithoutReactiveWebServerIsNoGateway() {
		new ApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withPropertyValues(NO_SERVER)
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(GatewayHandler.class));
	}

	@Test
	void gatewayInASpringMvcApplicationFailsTheStart() {
		WebApplicationContextRunner servlet = new WebApplicationContextRunner().withConfiguration(CONFIGURATIONS)
			.withConfiguration(AutoConfigurations.of(GatewayServletAutoConfiguration.class))
			.withPropertyValues(NO_SERVER);
		servlet.run((context) -> assertThat(context).getFailure()
			.rootCause()
			.isInstanceOfSatisfying(InvalidNatsSettingException.class, (failure) -> {
				assertThat(failure).hasMessageContaining("Spring MVC application")
					.hasMessageContaining("natsproxy-spring-boot-starter");
				assertThat(failure.getAction()).contains("spring.main.web-application-type=reactive")
					.contains("natsproxy.gateway.enabled=false");
			}));
		servlet.withPropertyValues("natsproxy.gateway.enabled=false")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void callerOnAnotherConnectionThanWebSocketsFailsTheStart() {
		try (NatsConnector connector = new NatsConnector("other", "");
				NatsExchanges others = new NatsExchanges(
						connector.connect(connector.options().server("nats://127.0.0.1:1").build(), Duration.ZERO),
						"")) {
			ReactiveWebApplicationContextRunner withOtherCaller = this.runner.withBean("natsproxyGatewayCaller",
					NatsCaller.class, () -> new NatsCaller(others, NatsCallerOptions.DEFAULTS));
			withOtherCaller.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(InvalidNatsSettingException.class, (failure) -> {
					assertThat(failure).hasMessageContaining("natsproxyGatewayCaller");
					assertThat(failure.getAction()).contains("natsproxy.gateway.websocket.enabled=false");
				}));
			withOtherCaller.withPropertyValues("natsproxy.gateway.websocket.enabled=false")
				.run((context) -> assertThat(context).hasNotFailed());
		}
	}

	@Test
	void propertiesBind() {
		this.runner.withPropertyValues("natsproxy.gateway.timeout=3s", "natsproxy.gateway.max-in-flight=7",
				"natsproxy.gateway.max-body-size=2KB", "natsproxy.gateway.max-head-size=3KB",
				"natsproxy.gateway.max-control-line=8192B", "natsproxy.gateway.no-responders-status=not-found",
				"natsproxy.gateway.method-not-allowed=false",
				"natsproxy.gateway.trusted-proxies=10.0.0.0/8,::1,fd00::/8,192.168.1.1",
				"natsproxy.gateway.response-headers[0].path=/a/**", "natsproxy.gateway.response-headers[0].set.X-A=b",
				"natsproxy.gateway.response-headers[1].regex=/login.*",
				"natsproxy.gateway.response-headers[1].remove=Server",
				"natsproxy.gateway.cors.allowed-origins=https://example.com",
				"natsproxy.gateway.cors.allow-credentials=true")
			.run((context) -> {
				GatewayProperties properties = context.getBean(GatewayProperties.class);
				assertThat(properties.timeout()).isEqualTo(Duration.ofSeconds(3));
				assertThat(properties.maxInFlight()).isEqualTo(7);
				assertThat(properties.maxBodySize()).isEqualTo(DataSize.ofKilobytes(2));
				assertThat(properties.noRespondersStatus()).isEqualTo(NoRespondersStatus.NOT_FOUND);
				assertThat(properties.trustedProxies()).hasSize(4);
				assertThat(properties.responseHeaders().get(0).set()).containsEntry("X-A", "b");
				assertThat(properties.responseHeaders().get(1).remove()).containsExactly("Server");
				assertThat(properties.cors().allowCredentials()).isTrue();
			});
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			textBlock = """
					response-headers[0].regex=[                                          | Regular expression '[' is malformed: Unclosed character class
					response-headers[0].path=/a/{b                                       | Path pattern '/a/{b' is malformed
					response-headers[0].set.[X Y]=b                                      | Malformed response header 'X Y'
					response-headers[0].remove=a:b                                       | Malformed response header 'a:b'
					trusted-proxies=10.0.0.0/99                                          | Trusted proxy '10.0.0.0/99' is malformed
					trusted-proxies=proxy.example.com                                    | Trusted proxy 'proxy.example.com' is malformed
									no-responders-status=teapot                                          | teapot
					""")
	void malformedSettingFailsTheStart(String property, String message) {
		this.runner.withPropertyValues("natsproxy.gateway." + property)
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining(message));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			timeout                               | 0s    | 1ms or more
			max-in-flight                         | -1    | 1 or more
			max-head-size                         | 0B    | 1B or more
			max-control-line                      | 64B   | 65B or more
			max-body-size                         | -1B   | 0B or more
			body-limits[1].max-size               | -1B   | 0B or more
			websocket.handshake-timeout           | 0s    | 1ms or more
			websocket.max-sockets                 | 0     | 1 or more
			websocket.max-sockets-per-address     | -1    | 0 or more
			websocket.ping-interval               | -1s   | 0s or more
			websocket.idle-timeout                | -1s   | 0s or more
			websocket.slow-client-timeout         | -1s   | 0s or more
			""")
	void settingOutOfItsRangeIsNamedWithItsValue(String name, String value, String range) {
		String property = "natsproxy.gateway." + name;
		this.runner
			.withPropertyValues("natsproxy.gateway.body-limits[0].max-size=1KB",
					"natsproxy.gateway.body-limits[1].max-size=1KB", property + "=" + value)
			.run((context) -> {
				InvalidNatsSettingException failure = invalidSetting(context);
				assertThat(failure).hasMessage(property + " is " + value + ", but must be " + range + ".");
				assertThat(failure.getAction()).isEqualTo("Correct " + property + ".");
			});
	}

	@ParameterizedTest
	@ValueSource(strings = { "response-headers[1].regex", "formats[1].regex", "body-limits[1].regex" })
	void malformedSettingInAListIsNamed(String name) {
		String list = name.substring(0, name.indexOf('['));
		this.runner
			.withPropertyValues("natsproxy.gateway." + list + "[0].path=/a", "natsproxy.gateway." + name + "=[",
					"natsproxy.gateway.body-limits[0].max-size=1KB", "natsproxy.gateway.body-limits[1].max-size=1KB")
			.run((context) -> {
				InvalidNatsSettingException failure = invalidSetting(context);
				assertThat(failure).hasMessageStartingWith("Regular expression '[' is malformed");
				assertThat(failure.getAction()).isEqualTo("Correct natsproxy.gateway." + list + "[1].");
			});
	}

	@Test
	void bodyLimitWithoutASizeIsNamed() {
		this.runner.withPropertyValues("natsproxy.gateway.body-limits[0].path=/a")
			.run((context) -> assertThat(invalidSetting(context).getAction())
				.isEqualTo("Set natsproxy.gateway.body-limits[0].max-size."));
	}

	private static InvalidNatsSettingException invalidSetting(AssertableReactiveWebApplicationContext context) {
		return Stream.iterate(context.getStartupFailure(), Objects::nonNull, Throwable::getCause)
			.filter(InvalidNatsSettingException.class::isInstance)
			.map(InvalidNatsSettingException.class::cast)
			.findFirst()
			.orElseThrow();
	}

	@Test
	void malformedSettingIsNamed() {
		this.runner.withPropertyValues("natsproxy.gateway.trusted-proxies=proxy.example.com")
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.cause()
				.isInstanceOfSatisfying(InvalidNatsSettingException.class, (failure) -> assertThat(failure.getAction())
					.isEqualTo("Correct natsproxy.gateway.trusted-proxies.")));
	}

	@ParameterizedTest
	@ValueSource(strings = { "format=go-nats-proxy", "formats[0].format=go-nats-proxy" })
	void formatThatIsNotThereFailsTheStart(String property) {
		this.runner.withPropertyValues("natsproxy.gateway." + property)
			.run((context) -> assertThat(context).getFailure()
				.cause()
				.cause()
				.isInstanceOfSatisfying(InvalidNatsSettingException.class, (failure) -> {
					assertThat(failure).hasMessageContaining("'go-nats-proxy'").hasMessageContaining("native");
					assertThat(failure.getAction()).contains(property.replaceAll("(\\[.*)?=.*|\\[.*", ""))
						.contains("natsproxy-go-interop");
				}));
	}

	@Test
	void nativeFormatNeedsNoModule() {
		this.runner
			.withPropertyValues("natsproxy.gateway.format=native", "natsproxy.gateway.formats[0].path=/a/**",
					"natsproxy.gateway.formats[0].format=native")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void hookWithPathAndRegexFailsTheStart() {
		this.runner
			.withPropertyValues("natsproxy.gateway.response-headers[0].path=/a",
					"natsproxy.gateway.response-headers[0].regex=/b")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("not both"));
	}

	@Test
	void hookValueWithControlCharactersFailsTheStart() {
		this.runner.withPropertyValues("natsproxy.gateway.response-headers[0].add.X-A=b\u0007c")
			.run((context) -> assertThat(context).getFailure()
				.hasStackTraceContaining("Malformed value of response header 'X-A'"));
	}

	@Test
	void allOriginsWithCredentialsFailTheStart() {
		this.runner
			.withPropertyValues("natsproxy.gateway.cors.allowed-origins=*",
					"natsproxy.gateway.cors.allow-credentials=true")
			.run((context) -> assertThat(context).getFailure().hasStackTraceContaining("allowedOrigins"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "3GB", "4GB", "2047MB" })
	void bodySizeBeyondAnIntegerIsNotTakenForAnotherOne(String size) {
		this.runner.withPropertyValues("natsproxy.gateway.max-body-size=" + size)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void metadataDescribesTheProperties() throws IOException {
		try (InputStream metadata = getClass().getResourceAsStream("/META-INF/spring-configuration-metadata.json")) {
			assertThat(metadata).isNotNull();
			assertThat(new String(metadata.readAllBytes(), StandardCharsets.UTF_8)).contains(
					"\"natsproxy.gateway.timeout\"", "\"natsproxy.gateway.response-headers\"",
					"\"natsproxy.gateway.cors.allowed-origins\"", "How long it may take until the head");
		}
	}

	@Configuration(proxyBeanMethods = false)
	static class Consumer {

		private final NatsCaller caller;

		Consumer(ObjectProvider<NatsCaller> caller) {
			this.caller = caller.getIfAvailable();
		}

	}

}
