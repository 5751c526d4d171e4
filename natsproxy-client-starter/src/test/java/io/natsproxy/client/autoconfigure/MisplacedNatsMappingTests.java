package io.natsproxy.client.autoconfigure;

import io.natsproxy.webflux.annotation.NatsController;
import io.natsproxy.webflux.annotation.NatsGet;
import io.natsproxy.webflux.server.MisplacedNatsMappingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * Routes for NATS that are declared where they would not be served over NATS.
 */
@ExtendWith(OutputCaptureExtension.class)
class MisplacedNatsMappingTests {

	@ParameterizedTest
	@ValueSource(classes = { InRestController.class, InComponent.class, InBoth.class })
	void applicationDoesNotStart(Class<?> misplaced) {
		Services.runner()
			.withUserConfiguration(misplaced)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOfSatisfying(MisplacedNatsMappingException.class,
						(ex) -> assertThat(ex.getBeanType()).isEqualTo(misplaced)));
	}

	@Test
	void ordinaryControllersAndComponentsAreNoMatterOfOurs() {
		Services.runner()
			.withUserConfiguration(OrdinaryController.class)
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void failureIsExplained(CapturedOutput output) {
		assertThatException()
			.isThrownBy(() -> new SpringApplicationBuilder(Application.class).web(WebApplicationType.NONE)
				.run("--natsproxy.nats.servers=" + Services.url()));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("Method 'greet' of " + InRestController.class.getName()
					+ " is mapped to NATS, but its class is not a @NatsController.")
			.contains("Annotate InRestController with @NatsController alone to serve its routes over NATS");
	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@Import(InRestController.class)
	static class Application {

	}

	@RestController
	static class InRestController {

		@NatsGet("/misplaced")
		String greet() {
			return "never";
		}

	}

	@Component
	static class InComponent {

		@NatsGet("/misplaced")
		String greet() {
			return "never";
		}

	}

	@NatsController
	@RestController
	static class InBoth {

		@NatsGet("/misplaced")
		String greet() {
			return "never";
		}

	}

	@RestController
	static class OrdinaryController {

		@GetMapping("/ordinary")
		String greet() {
			return "hello";
		}

	}

}
