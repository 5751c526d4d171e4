package io.natsproxy.boot.autoconfigure;

import java.nio.file.Files;
import java.nio.file.Path;

import io.natsproxy.broker.BrokerOptions;
import io.natsproxy.broker.EmbeddedNatsBroker;
import io.natsproxy.core.stream.StreamOptions;
import io.natsproxy.core.transport.netty.EventLoopTransport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.ssl.NoSuchSslBundleException;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.core.io.support.SpringFactoriesLoader;

import static org.assertj.core.api.Assertions.assertThat;

class NatsFailureAnalysisTests {

	private final ApplicationContextRunner runner = new ApplicationContextRunner().withConfiguration(AutoConfigurations
		.of(SslAutoConfiguration.class, EmbeddedBrokerAutoConfiguration.class, NatsConnectionAutoConfiguration.class));

	@Test
	void noServerWithFailFast() {
		FailureAnalysis analysis = analyse("natsproxy.nats.servers=nats://alice:secret@127.0.0.1:1",
				"natsproxy.nats.fail-fast=true");
		assertThat(analysis.getDescription()).isEqualTo("No NATS server at nats://127.0.0.1:1 (connection refused).");
		assertThat(analysis.getAction())
			.startsWith("Start one, set natsproxy.nats.servers, or set natsproxy.embedded.enabled=true.");
	}

	@Test
	void refusedCredentialsWithFailFast() {
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create(BrokerOptions.builder().token("right").build())
			.start()) {
			FailureAnalysis analysis = analyse("natsproxy.nats.servers=" + broker.url(), "natsproxy.nats.token=wr0ng",
					"natsproxy.nats.fail-fast=true");
			assertThat(analysis.getDescription()).contains("refused the credentials (Authorization Violation)");
			assertThat(analysis.getAction()).contains("natsproxy.nats.token").doesNotContain("wr0ng");
		}
	}

	@Test
	void anAddressThatIsNone() {
		FailureAnalysis analysis = analyse("natsproxy.nats.servers=http://alice:secret@localhost:8080");
		assertThat(analysis.getDescription()).isEqualTo("'http://localhost:8080' is not the address of a NATS server.");
		assertThat(analysis.getAction()).contains("nats://host:port");
	}

	@Test
	@DisabledIfSystemProperty(named = EventLoopTransport.PROPERTY, matches = "io-uring",
			disabledReason = "The native library of io_uring is on the class path")
	void aTransportThatIsNotThere() {
		FailureAnalysis analysis = analyse("natsproxy.nats.event-loop.transport=io-uring");
		assertThat(analysis.getDescription())
			.isEqualTo("Event loops cannot be on io_uring: its classes are not on the class path.");
		assertThat(analysis.getAction()).startsWith("Set natsproxy.nats.event-loop.transport=auto")
			.contains("io.netty:netty-transport-native-io_uring");
	}

	@Test
	void anInboxPrefixThatIsNone() {
		FailureAnalysis analysis = analyse("natsproxy.nats.inbox-prefix=inbox.*");
		assertThat(analysis.getDescription()).isEqualTo("The inbox prefix 'inbox.*' is not a literal NATS subject.");
		assertThat(analysis.getAction()).contains("natsproxy.nats.inbox-prefix");
	}

	@Test
	void aSubjectPrefixThatIsNone() {
		FailureAnalysis analysis = analyse(
				this.runner.withConfiguration(AutoConfigurations.of(NatsExchangesAutoConfiguration.class)),
				"natsproxy.subject-prefix=shop.");
		assertThat(analysis.getDescription()).startsWith("Subject prefix 'shop.' is not a literal NATS subject");
		assertThat(analysis.getAction()).isEqualTo("Correct natsproxy.subject-prefix.");
	}

	@Test
	void aReplyPrefixThatIsNone() {
		FailureAnalysis analysis = analyse(
				this.runner.withConfiguration(AutoConfigurations.of(NatsExchangesAutoConfiguration.class)),
				"natsproxy.nats.reply-prefixes=_INBOX, _INBOX_gateway.>");
		assertThat(analysis.getDescription())
			.isEqualTo("Reply prefix '_INBOX_gateway.>' is not a literal NATS subject.");
		assertThat(analysis.getAction()).isEqualTo("Correct natsproxy.nats.reply-prefixes.");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			natsproxy.nats.connect-timeout             | 0s      | 1ms or more
			natsproxy.nats.startup-wait                | -1s     | 0s or more
			natsproxy.nats.reconnect-wait              | -5ms    | 0s or more
			natsproxy.nats.watchdog.interval           | 0s      | 1ms or more
			natsproxy.nats.watchdog.timeout            | -1ms    | 1ms or more
			natsproxy.stream.window                    | 0B      | 1B or more
			natsproxy.stream.lost-after                | 0s      | 1ms or more
			natsproxy.stream.idle-timeout              | -1s     | 0s or more
			natsproxy.stream.processing-after          | -1s     | 0s or more
			natsproxy.websocket.window                 | -1B     | 1B or more
			natsproxy.websocket.max-message-size       | 124B    | 125B or more
			natsproxy.websocket.foreign-idle-timeout   | -1s     | 0s or more
			""")
	void settingOutOfItsRangeIsNamedWithItsValue(String property, String value, String range) {
		FailureAnalysis analysis = analyse(
				this.runner.withConfiguration(AutoConfigurations.of(NatsExchangesAutoConfiguration.class)),
				"natsproxy.nats.servers=nats://127.0.0.1:1", "natsproxy.nats.startup-wait=0s", property + "=" + value);
		assertThat(analysis.getDescription()).isEqualTo(property + " is " + value + ", but must be " + range + ".");
		assertThat(analysis.getAction()).isEqualTo("Correct " + property + ".");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			port         | 65536 | port is 65536, but must be from 0 to 65535
			max-payload  | 0B    | max-payload is 0B, but must be 1B or more
			max-payload  | 65MB  | not 68157440
			host         | ''    | The host must not be empty
			user         | alice | User and password are set both or not at all
			token        | ''    | must not be empty
			""")
	void settingOfTheEmbeddedBrokerIsNamed(String name, String value, String description) {
		FailureAnalysis analysis = analyse("natsproxy.embedded.enabled=true",
				"natsproxy.embedded." + name + "=" + value);
		assertThat(analysis.getDescription()).contains(description);
		assertThat(analysis.getAction())
			.isEqualTo("Correct natsproxy.embedded." + (name.equals("user") ? "password" : name) + ".");
	}

	@Test
	void windowBeyondAnIntegerIsTheGreatest() {
		this.runner.withConfiguration(AutoConfigurations.of(NatsExchangesAutoConfiguration.class))
			.withPropertyValues("natsproxy.nats.servers=nats://127.0.0.1:1", "natsproxy.nats.startup-wait=0s",
					"natsproxy.stream.window=3GB")
			.run((context) -> assertThat(context.getBean(StreamOptions.class).window()).isEqualTo(Integer.MAX_VALUE));
	}

	@ParameterizedTest
	@ValueSource(strings = { "natsproxy.nats.name=test", "natsproxy.nats.password=" })
	void userWithoutAPassword(String none) {
		FailureAnalysis analysis = analyse("natsproxy.nats.user=alice", none);
		assertThat(analysis.getDescription())
			.isEqualTo("natsproxy.nats.user is 'alice', but natsproxy.nats.password is not set.");
		assertThat(analysis.getAction()).startsWith("Set natsproxy.nats.password");
	}

	@Test
	void passwordWithoutAUser() {
		FailureAnalysis analysis = analyse("natsproxy.nats.password=s3cret");
		assertThat(analysis.getDescription())
			.isEqualTo("natsproxy.nats.password is set, but natsproxy.nats.user is not.");
		assertThat(analysis.getAction()).startsWith("Set natsproxy.nats.user");
	}

	@Test
	void tokenAndUser() {
		FailureAnalysis analysis = analyse("natsproxy.nats.token=s3cret", "natsproxy.nats.user=alice",
				"natsproxy.nats.password=secret");
		assertThat(analysis.getDescription()).isEqualTo("There are several ways to log in to NATS: user and token.");
		assertThat(analysis.getDescription() + analysis.getAction()).doesNotContain("s3cret");
	}

	@Test
	void credentialsThatCannotBeRead() {
		FailureAnalysis analysis = analyse("natsproxy.nats.credentials=/nowhere/user.creds");
		assertThat(analysis.getDescription()).startsWith("The credentials file cannot be read:")
			.contains("/nowhere/user.creds");
	}

	@Test
	void credentialsThatAreNone(@TempDir Path directory) throws Exception {
		Path file = Files.writeString(directory.resolve("user.creds"), "nothing of that kind");
		FailureAnalysis analysis = analyse("natsproxy.nats.credentials=" + file);
		assertThat(analysis.getDescription()).startsWith("The credentials file holds no user JWT and nkey seed:");
	}

	@Test
	void anNkeyThatIsNone() {
		FailureAnalysis analysis = analyse("natsproxy.nats.nkey=/nowhere/user.nk");
		assertThat(analysis.getDescription()).startsWith("The nkey file cannot be read.");
		analysis = analyse("natsproxy.nats.nkey=SU" + "A".repeat(56));
		assertThat(analysis.getDescription()).isEqualTo("The nkey is not the seed of a user.");
	}

	@Test
	void anUnknownSslBundleIsExplainedByBoot() {
		this.runner.withPropertyValues("natsproxy.nats.ssl.bundle=missing")
			.run((context) -> assertThat(context).getFailure().hasRootCauseInstanceOf(NoSuchSslBundleException.class));
	}

	@Test
	void theEmbeddedBrokerWithoutItsModule() {
		FailureAnalysis analysis = analyse(
				this.runner.withClassLoader(new FilteredClassLoader(EmbeddedNatsBroker.class)),
				"natsproxy.embedded.enabled=true");
		assertThat(analysis.getDescription()).contains("not on the class path");
		assertThat(analysis.getAction()).contains("io.natsproxy:natsproxy-embedded-broker");
	}

	@Test
	void theEmbeddedBrokerOnAPortThatIsTaken() {
		try (EmbeddedNatsBroker broker = EmbeddedNatsBroker.create().start()) {
			FailureAnalysis analysis = analyse("natsproxy.embedded.enabled=true",
					"natsproxy.embedded.port=" + broker.port());
			assertThat(analysis.getDescription())
				.isEqualTo("The embedded NATS broker cannot listen on 127.0.0.1:" + broker.port() + ".");
		}
	}

	private FailureAnalysis analyse(String... properties) {
		return analyse(this.runner, properties);
	}

	private static FailureAnalysis analyse(ApplicationContextRunner runner, String... properties) {
		FailureAnalysis[] found = new FailureAnalysis[1];
		runner.withPropertyValues(properties).run((context) -> {
			assertThat(context).hasFailed();
			Throwable failure = context.getStartupFailure();
			SpringFactoriesLoader.forDefaultResourceLocation()
				.load(FailureAnalyzer.class, SpringFactoriesLoader.FailureHandler.handleMessage((message, ex) -> {
				}))
				.stream()
				.filter((analyzer) -> analyzer.getClass().getPackageName().startsWith("io.natsproxy"))
				.map((analyzer) -> analyzer.analyze(failure))
				.filter((analysis) -> analysis != null)
				.findFirst()
				.ifPresent((analysis) -> found[0] = analysis);
		});
		assertThat(found[0]).isNotNull();
		return found[0];
	}

}
