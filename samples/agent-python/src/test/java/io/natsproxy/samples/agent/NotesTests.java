package io.natsproxy.samples.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

import io.natsproxy.agent.Agent;
import io.natsproxy.agent.UpstreamState;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The program in Python answers through a gateway, NATS and an agent.
 */
class NotesTests {

	private static Process python;

	private static ConfigurableApplicationContext application;

	private static WebTestClient client;

	@BeforeAll
	static void start() throws IOException {
		python = start("python3", Path.of("src", "main", "python", "notes.py").toString(), "0");
		assumeTrue(python != null, "There is no python3: the sample is not tested");
		BufferedReader output = python.inputReader(StandardCharsets.UTF_8);
		application = new SpringApplicationBuilder(Chain.class).run("--server.port=0",
				"--natsproxy.embedded.enabled=true", "--natsproxy.agent.upstreams[0].name=notes",
				"--natsproxy.agent.upstreams[0].paths=/notes/**", "--natsproxy.agent.upstreams[0].health=/health",
				"--natsproxy.agent.upstreams[0].url=http://127.0.0.1:" + output.readLine());
		Awaitility.await()
			.untilAsserted(
					() -> assertThat(application.getBean(Agent.class).getUpstreams()).extracting(UpstreamState::status)
						.containsExactly(UpstreamState.Status.UP));
		client = WebTestClient.bindToServer()
			.baseUrl("http://localhost:" + application.getEnvironment().getProperty("local.server.port"))
			.responseTimeout(Duration.ofSeconds(20))
			.build();
	}

	private static Process start(String... command) {
		try {
			return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
		}
		catch (IOException ex) {
			return null;
		}
	}

	@AfterAll
	static void stop() {
		if (application != null) {
			application.close();
		}
		if (python != null) {
			python.destroy();
		}
	}

	@Test
	void notesAreKept() {
		String location = client.post()
			.uri("/notes")
			.bodyValue("d\u00e9j\u00e0 vu")
			.exchange()
			.expectStatus()
			.isCreated()
			.expectBody()
			.jsonPath("$.text")
			.isEqualTo("d\u00e9j\u00e0 vu")
			.returnResult()
			.getResponseHeaders()
			.getFirst("Location");
		client.get().uri(location).exchange().expectStatus().isOk().expectBody().jsonPath("$.id").isNumber();
		client.delete().uri(location).exchange().expectStatus().isNoContent().expectBody().isEmpty();
		client.get().uri(location).exchange().expectStatus().isNotFound();
	}

	@Test
	void eventsComeAsTheyHappen() {
		assertThat(client.get()
			.uri("/notes/ticks")
			.accept(MediaType.TEXT_EVENT_STREAM)
			.exchange()
			.expectStatus()
			.isOk()
			.returnResult(String.class)
			.getResponseBody()
			.take(3)
			.collectList()
			.block(Duration.ofSeconds(20))).containsExactly("0", "1", "2");
	}

	/**
	 * Gateway and agent in one application, with a broker of its own.
	 */
	@SpringBootConfiguration
	@EnableAutoConfiguration
	static class Chain {

	}

}
