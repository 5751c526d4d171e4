package io.natsproxy.it.route;

import java.nio.charset.StandardCharsets;
import java.util.Set;

import io.nats.client.Message;
import io.natsproxy.core.exchange.caller.NatsReply;
import io.natsproxy.core.header.HeaderFields;
import io.natsproxy.core.jetstream.JetStreamException;
import io.natsproxy.core.jetstream.JetStreamFailure;
import io.natsproxy.core.memory.ByteBudget;
import io.natsproxy.core.memory.ByteReservation;
import io.natsproxy.core.stream.BodyStream;
import io.natsproxy.core.wire.ResponseHead;
import io.natsproxy.gateway.declared.NatsRoute;
import io.natsproxy.gateway.declared.NatsRouteLocator;
import io.natsproxy.gateway.declared.RouteHandlerFactory;
import io.natsproxy.gateway.declared.RouteTarget;
import io.natsproxy.it.gateway.Peer;
import io.natsproxy.it.gateway.RawHttpClient;
import io.natsproxy.it.gateway.RawHttpClient.Response;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Routes to plain services of NATS, and to subjects, by path, query and header.
 */
@Timeout(60)
class RequestRouteIntegrationTests {

	@RegisterExtension
	static final RouteGateway routes = RouteGateway.create()
		.route("path=/legacy/{op}/{id}", "request.subject=legacy.{op}.{id:[a-z0-9.*> ]+}", "request.timeout=300ms")
		.route("path=/tenants/**", "request.subject=tenants.{header.X-Tenant}.{query.page}", "methods=GET")
		.route("path=/tree/{*rest}", "request.subject=tree.{*rest}")
		.route("path=/small", "request.subject=small", "request.max-reply-size=4B",
				"request.content-type=application/json")
		.route("path=/events/{kind}", "publish.subject=events.{kind}", "methods=POST", "publish.headers=X-Kind")
		.route("path=/answers", "publish.subject=answers", "publish.allow-reply=true")
		.with(Refusing.class)
		.route("path=/host", "request.subject=host.one", "host=one.example")
		.route("path=/host", "request.subject=host.other");

	private final Peer peer = routes.peer();

	@Test
	void replyOfAPlainServiceIsTheResponse() {
		this.peer.answer("legacy.sum.42", "Hello");
		Response response = RawHttpClient.exchange(routes.port(),
				RawHttpClient.post("/legacy/sum/42", "1+1", "Content-Type: text/plain", "X-Other: no"));
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.text()).isEqualTo("Hello");
		Message message = this.peer.next();
		assertThat(message.getData()).isEqualTo("1+1".getBytes(StandardCharsets.UTF_8));
		assertThat(message.getHeaders().getFirst("Content-Type")).isEqualTo("text/plain");
		assertThat(message.getHeaders().getFirst("X-Other")).isNull();
	}

	@Test
	void errorsOfServicesKeepTheirStatus() {
		this.peer.answer("legacy.fail.1", "", "Nats-Service-Error-Code", "409", "Nats-Service-Error", "Taken");
		Response response = RawHttpClient.get(routes.port(), "/legacy/fail/1");
		assertThat(response.status()).isEqualTo(409);
		assertThat(response.text()).contains("Taken");
	}

	@ParameterizedTest
	@CsvSource({ "a.b, legacy.x.a%2Eb", "%2A, legacy.x.%2A", "%3E, legacy.x.%3E", "a%20b, legacy.x.a%20b" })
	void valuesMakeNeitherTokensNorWildcards(String segment, String subject) {
		this.peer.answer(subject, "ok");
		assertThat(RawHttpClient.get(routes.port(), "/legacy/x/" + segment).status()).isEqualTo(200);
		assertThat(this.peer.next().getSubject()).isEqualTo(subject);
	}

	@ParameterizedTest
	@CsvSource({ "/legacy/x/A, 400", "/legacy/x/%0D%0A, 400", "/tenants/a?page=1, 400" })
	void whatATemplateForbidsIsRefused(String target, int status) {
		assertThat(RawHttpClient.get(routes.port(), target).status()).isEqualTo(status);
	}

	@Test
	void valuesMayComeFromQueryAndHeader() {
		this.peer.answer("tenants.acme.7", "ok");
		assertThat(RawHttpClient.get(routes.port(), "/tenants/a?page=7", "X-Tenant: acme").status()).isEqualTo(200);
		assertThat(RawHttpClient.get(routes.port(), "/tenants/a?page=7&page=8", "X-Tenant: acme").status())
			.isEqualTo(400);
	}

	@Test
	void restOfAPathIsOneTokenForEachSegment() {
		this.peer.answer("tree.a.b/c.d", "ok");
		assertThat(RawHttpClient.get(routes.port(), "/tree/a/b%2Fc/d").status()).isEqualTo(200);
		assertThat(RawHttpClient.get(routes.port(), "/tree/a//d").status()).isEqualTo(400);
	}

	@Test
	void longSubjectIsRefused() {
		assertThat(RawHttpClient.get(routes.port(), "/tree/" + "a".repeat(5000)).status()).isEqualTo(414);
	}

	@Test
	void nobodyAndSilence() {
		assertThat(RawHttpClient.get(routes.port(), "/legacy/nobody/1").status()).isEqualTo(503);
		this.peer.ignore("legacy.silent.1");
		assertThat(RawHttpClient.get(routes.port(), "/legacy/silent/1").status()).isEqualTo(504);
	}

	@Test
	void repliesHaveTypeAndLimit() {
		this.peer.answer("small", "1234");
		Response response = RawHttpClient.get(routes.port(), "/small");
		assertThat(response.status()).isEqualTo(200);
		assertThat(response.header("Content-Type")).containsExactly("application/json");
	}

	@Test
	void publishedMessageIsAccepted() {
		this.peer.on("events.*", (message) -> {
		});
		this.peer.flush();
		Response response = RawHttpClient.exchange(routes.port(),
				RawHttpClient.post("/events/new?reply=other", "{}", "X-Kind: 1"));
		assertThat(response.status()).isEqualTo(202);
		Message message = this.peer.next();
		assertThat(message.getSubject()).isEqualTo("events.new");
		assertThat(message.getReplyTo()).isNull();
		assertThat(message.getHeaders().getFirst("X-Kind")).isEqualTo("1");
	}

	@Test
	void otherMethodsAreToldOf() {
		Response response = RawHttpClient.get(routes.port(), "/events/new");
		assertThat(response.status()).isEqualTo(405);
		assertThat(response.header("Allow")).containsExactly("OPTIONS,POST");
		Response options = RawHttpClient.exchange(routes.port(), RawHttpClient.request("OPTIONS", "/events/new"));
		assertThat(options.status()).isEqualTo(200);
		assertThat(options.header("Allow")).containsExactly("OPTIONS,POST");
	}

	@Test
	void replySubjectIsTakenWhereAllowed() {
		this.peer.on("answers", (message) -> {
		});
		this.peer.flush();
		RawHttpClient.exchange(routes.port(), RawHttpClient.post("/answers?reply=there", "{}"));
		assertThat(this.peer.next().getReplyTo()).isEqualTo("there");
		assertThat(RawHttpClient.exchange(routes.port(), RawHttpClient.post("/answers?reply=$JS.x", "{}")).status())
			.isEqualTo(400);
	}

	@Test
	void longReplySubjectIsRefusedAndEndsNoConnection() {
		this.peer.answer("small", "1234");
		Response response = RawHttpClient.exchange(routes.port(),
				RawHttpClient.post("/answers?reply=" + "a".repeat(4090), "{}"));
		assertThat(response.status()).isEqualTo(414);
		assertThat(RawHttpClient.get(routes.port(), "/small").status()).isEqualTo(200);
	}

	@Test
	void refusalOfJetStreamInPlaceOfABodyIsAProblem() {
		Response response = RawHttpClient.get(routes.port(), "/refusing");
		assertThat(response.status()).isEqualTo(503);
		assertThat(response.header("Retry-After")).isNotEmpty();
		assertThat(response.text()).contains("There is no connection");
	}

	@Test
	void conditionsTellRoutesApart() {
		this.peer.answer("host.one", "one").answer("host.other", "other");
		assertThat(RawHttpClient
			.exchange(routes.port(), "GET /host HTTP/1.1\r\nHost: one.example\r\nConnection: close\r\n\r\n")
			.text()).isEqualTo("one");
		assertThat(RawHttpClient.get(routes.port(), "/host").text()).isEqualTo("other");
	}

	/**
	 * A route whose responses fail when their bodies are read.
	 */
	@Configuration(proxyBeanMethods = false)
	static class Refusing {

		@Bean
		NatsRouteLocator refusing() {
			return NatsRouteLocator.of(NatsRoute.path("/refusing").to(new RefusingTarget()));
		}

		@Bean
		RouteHandlerFactory refusingHandlers() {
			return (route) -> (route.target() instanceof RefusingTarget) ? (request) -> Mono.just(reply()) : null;
		}

		private static NatsReply reply() {
			Flux<byte[]> body = Flux
				.error(() -> new JetStreamException(JetStreamFailure.DISCONNECTED, "There is no connection to NATS"));
			ByteReservation memory = new ByteReservation(new ByteBudget(1024));
			return new NatsReply(new ResponseHead(200, HeaderFields.of("Content-Type", "text/plain")), new byte[0],
					BodyStream.of(body, memory, memory::close));
		}

	}

	private record RefusingTarget() implements RouteTarget {

		@Override
		public String kind() {
			return "refusing";
		}

		@Override
		public Set<HttpMethod> methods() {
			return Set.of(HttpMethod.GET);
		}

	}

}
